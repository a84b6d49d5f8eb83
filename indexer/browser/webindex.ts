// The files of the web index, as a page gets them: by script elements, which is all that pages opened from a disk may
// load. ../webindex.go says what stands in them.

import { baseLanguage, matchLanguage } from "./language";
import { unpack } from "./unpack";
import { Engine, format, search, termHash, type Answer, type Manifest, type Request } from "./search";

type Entry = [lang: string, group: string, n: number, content: any, generation?: string];

/** A file that is missing, damaged, or of another generation than the manifest that named it. */
class Gone extends Error {}

function gone(file: string): never {
  throw new Gone(`${file} is missing or damaged`);
}

/** Script and web index are of different versions. */
export class Outdated extends Error {}

const waiting = new Map<string, (content: any) => void>();
const early = new Map<string, any>(); // what came before it was asked for

/** The one name that scripts of the search have in a page: files of the web index are pushed to it. */
export interface Hub {
  push(entry: Entry): unknown; splice(from: number): Entry[];
  folder?: string; // where the files of the search stand
  policy?: any; // by which a page that demands Trusted Types lets scripts in
  load?: (file: string) => Promise<string>; // how a page that carries the files in itself gets one
  asked?: (file: string) => Promise<Response> | undefined; // what was asked for before this script was there; see early.ts
  arrived?: (core: any) => void;
  kit?: object; // what scripts that the core loads use of it
  search?: (query: string, options?: any) => Promise<Answer>;
}
const owner = self as unknown as { vademecum?: Hub };

const keyOf = (lang: string, group: string, n: number, generation: string) => [lang, group, n, generation].join();

function arrive([lang, group, n, content, generation = ""]: Entry): void {
  const key = keyOf(lang, group, n, generation);
  const asked = waiting.get(key);
  waiting.delete(key);
  if (asked) asked(content);
  else early.set(key, content);
}

export const hub = (owner.vademecum ??= [] as unknown as Hub);
hub.splice(0).forEach(arrive);
hub.push = arrive;

/** folder tells where the script that loaded this one stands, if it said so. */
export const folder = () => hub.folder;

/** fetchScript gets the content of a file. */
export async function fetchScript(file: string, lang: string, group: string, n = 0, generation = ""): Promise<any> {
  const content = await pushed(file, keyOf(lang, group, n, generation));
  return typeof content === "string" ? unpack(content).catch(() => gone(file)) : content;
}

// pushed gets what a file pushes: by fetch, and by a script element where nothing can be fetched.
async function pushed(file: string, key: string): Promise<any> {
  if (early.has(key)) return early.get(key);
  if (hub.load) return contentOf(await hub.load(file), key, file);
  if (location.protocol === "file:") return inject(file, key);
  const coming = document.readyState !== "complete" && [...document.scripts].find((script) => script.src === hub.folder + file);
  if (coming) {
    const content = await arrival(key, coming).catch(() => undefined);
    if (content !== undefined) return content;
  }
  let response: Response;
  try {
    response = await (hub.asked?.(file) ?? fetch(hub.folder + file));
  } catch { // no line, or a policy of the page that lets scripts in and forbids to fetch
    return inject(file, key);
  }
  return entryOf(response, key);
}

const entryOf = async (response: Response, key: string) => contentOf(response.ok ? textOf(await response.arrayBuffer()) : "", key, response.url);

// textOf reads a text as a script element does: packed shards are UTF-16.
const textOf = (bytes: ArrayBuffer) => new TextDecoder(new Uint8Array(bytes)[0] === 255 ? "utf-16" : "utf-8").decode(bytes);

// contentOf reads the calls that a file makes, each on a line of its own, and gives what the one of a key says. There are
// more of them where the parts of a language were put into its manifest's file.
function contentOf(text: string, key: string, file: string): any {
  let content: any;
  for (const line of text.split("\n")) {
    const entry = call(line);
    if (!entry) continue;
    if (keyOf(entry[0], entry[1], entry[2], entry[4] ?? "") === key) content = entry[3];
    else arrive(entry);
  }
  return content ?? gone(file);
}

function call(line: string): Entry | undefined {
  try {
    const pushed = line.slice(line.indexOf("push(") + 5, line.lastIndexOf(")"));
    const sum = line.slice(line.lastIndexOf(")") + 3); // words have none
    return !sum || parseInt(sum, 16) === termHash(pushed) ? JSON.parse(pushed) : undefined;
  } catch {
    return undefined; // cut short, or another thing altogether
  }
}

/** runScript gets what a script of the search says by running it. */
export const runScript = (file: string, group: string) => inject(file, keyOf("", group, 0, ""));

function inject(file: string, key: string): Promise<any> {
  const script = document.createElement("script");
  const content = arrival(key, script);
  const url = hub.folder + file;
  script.src = hub.policy ? hub.policy.createScriptURL(url) : url;
  document.head.append(script);
  return content.finally(() => script.remove());
}

// arrival waits for what a script says; one that came and did not say it was cut short, or is of another site or generation.
function arrival(key: string, script: HTMLScriptElement): Promise<any> {
  return new Promise((done, failed) => {
    const fail = () => {
      if (waiting.delete(key)) failed(new Gone(`${script.src} is missing or damaged`));
    };
    waiting.set(key, done);
    script.addEventListener("error", fail);
    script.addEventListener("load", fail);
    if (document.readyState !== "complete") window.addEventListener("load", () => setTimeout(fail)); // it may have failed before
  });
}

// freshManifest gets a manifest past every cache, and puts it into them for the pages to come. On a disk, where nothing
// can be fetched, only the page's own memory of the script stands in the way.
async function freshManifest(lang: string): Promise<Manifest> {
  const file = lang + ".js";
  early.delete(keyOf(lang, "m", 0, ""));
  if (hub.load || location.protocol === "file:") return fetchScript(`${file}?fresh=${Date.now()}`, lang, "m");
  return entryOf(await fetch(hub.folder + file, { cache: "reload" }), keyOf(lang, "m", 0, ""));
}

const engines = new Map<string, Promise<Engine>>();
const renewed = new Map<Engine, Promise<Engine>>(); // by the one of before

// engine gives the engine of a language that the web index has.
function engine(lang: string): Promise<Engine> {
  return engines.get(lang) ?? keep(lang, fetchScript(lang + ".js", lang, "m").then(async (manifest: Manifest) => {
    return start(manifest.format === format ? manifest : await freshManifest(lang));
  }));
}

function start(manifest: Manifest): Engine {
  if (manifest.format !== format) throw new Outdated(`web index of format ${manifest.format}, script of ${format}`);
  return new Engine(manifest, ({ file, group, n, folder }) => fetchScript(file, manifest.lang, group, n, folder));
}

function keep(lang: string, got: Promise<Engine>): Promise<Engine> {
  engines.set(lang, got);
  got.catch(() => engines.get(lang) === got && engines.delete(lang)); // the next search may have a better line
  return got;
}

// renew gives the engine of a newer generation, or the same when there is none.
function renew(old: Engine): Promise<Engine> {
  let got = renewed.get(old);
  if (!got) {
    got = freshManifest(old.m.lang).then((manifest) => {
      if (manifest.hash === old.m.hash) return old;
      const now = start(manifest);
      keep(old.m.lang, Promise.resolve(now));
      return now;
    });
    renewed.set(old, got);
    got.catch(() => {}).finally(() => renewed.delete(old)); // a later search may ask again
  }
  return got;
}

let first: Promise<string> | undefined; // a language whose manifest tells the others

// known finds a language that the web index has, that of the page if it can.
async function known(own: string): Promise<string> {
  const guess = baseLanguage(own);
  let problem: unknown;
  if (/^[a-z]{2,3}$/.test(guess)) {
    try {
      return (await engine(guess)).m.lang;
    } catch (failed) {
      problem = failed;
    }
  }
  const list = await fetchScript("languages.js", "", "l").catch((failed) => Promise.reject(problem ?? failed));
  const lang = matchLanguage(own, list.languages, list.default);
  if (lang === guess) throw problem;
  return lang;
}

async function enginesOf(own: string, lang: string): Promise<Engine[]> {
  first ??= known(own);
  first.catch(() => (first = undefined));
  const { m } = await engine(await first);
  return Promise.all(lang === "*" ? m.languages.map(engine) : [engine(matchLanguage(lang, m.languages, m.default))]);
}

/** prepare gets what every answer from a folder needs, in some language, for a page in the language own. */
export function prepare(own: string, folder: string, lang = own): Promise<Engine[]> {
  hub.folder = new URL(folder, document.baseURI).href;
  return enginesOf(own, lang);
}

/** Found is an answer from the web index; base is the path under which its pages stand. */
export interface Found { answer: Answer; complete: Promise<void>; sections?: (page: number) => Promise<void>; base: string; languages: string[] }

/**
 * ask searches the web index that stands in a folder, for a page in the language own. When files of it turn out to be gone,
 * because the site was published again, it gets the manifests anew and searches once more.
 */
export async function ask(request: Request, own: string, folder: string): Promise<Found> {
  const lang = request.lang || own;
  let using = await prepare(own, folder, lang);
  const run = async () => search(using, { ...request, lang: lang === "*" ? lang : using[0].m.lang });
  let again: Promise<void> | undefined;
  const goOn = (problem: unknown): Promise<void> => {
    if (!(problem instanceof Gone) || again) throw problem;
    return (again = Promise.all(using.map(renew)).then((now) => {
      if (now.every((e, i) => e === using[i])) throw problem; // it was not published again: the file is lost
      using = now;
    }));
  };
  const got = await run().catch((problem) => goOn(problem).then(run));
  let anew: Promise<void> | undefined;
  const whole = (problem: unknown) => (anew ??= (async () => {
    await goOn(problem);
    request.lazily = false;
    const now = await run();
    await now.complete;
    Object.assign(got.answer, now.answer);
  })());
  const complete = got.complete.catch(whole);
  complete.catch(() => {}); // who waits for it is told
  return { ...got, complete, sections: got.sections && ((page) => got.sections!(page).catch(whole)), base: using[0].m.base ?? "", languages: using[0].m.languages };
}
