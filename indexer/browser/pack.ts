// The files of the pack, as a page gets them: by script elements, which is all that pages opened from a disk may
// load. ../pack.go says what stands in them.

import { Engine, format, type Manifest } from "./search";

type Entry = [lang: string, group: string, n: number, content: any];
interface Waiting { done: (content: any) => void; failed: (problem: Error) => void }

const waiting = new Map<string, Waiting>();
const early = new Map<string, any>(); // what came before it was asked for
const owner = self as unknown as { vademecum?: { push(entry: Entry): void } | Entry[]; trustedTypes?: any };

function arrive([lang, group, n, content]: Entry): void {
  const key = [lang, group, n].join();
  const asked = waiting.get(key);
  waiting.delete(key);
  if (asked) asked.done(content);
  else early.set(key, content);
}

const before = owner.vademecum;
owner.vademecum = { push: arrive };
if (Array.isArray(before)) before.forEach(arrive);

// Trusted Types ask who says that an address may be a script's: this module, of the pack's files alone.
let root = "";
const policy = owner.trustedTypes?.createPolicy("vade", {
  createScriptURL(url: string) {
    if (!url.startsWith(root) || !/^[\w/-]+\.js$/.test(url.slice(root.length))) throw new TypeError("not of the pack: " + url);
    return url;
  },
});

function fetchScript(file: string, lang: string, group: string, n: number): Promise<any> {
  const key = [lang, group, n].join();
  if (early.has(key)) return Promise.resolve(early.get(key));
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    const fail = () => {
      waiting.delete(key);
      failed(new Error(`${file} is missing or damaged`));
    };
    waiting.set(key, { done, failed });
    script.onerror = fail;
    script.onload = () => {
      script.remove();
      if (waiting.has(key)) fail(); // it came and did not say what it should: cut short, or of another site
    };
    script.src = policy ? policy.createScriptURL(root + file) : root + file;
    document.head.append(script);
  });
}

const engines = new Map<string, Promise<Engine>>();

/** engine gives the engine of a language; folder is where the pack stands. */
export function engine(lang: string, folder: string): Promise<Engine> {
  root = new URL(folder, document.baseURI).href;
  let got = engines.get(lang);
  if (!got) {
    got = fetchScript(lang + ".js", lang, "m", 0).then((manifest: Manifest) => {
      if (manifest.format !== format) throw new Error(`the pack has format ${manifest.format}, this script reads ${format}`);
      return new Engine(manifest, (group, n) => fetchScript(`${lang}/${manifest.hash}/${group}${n}.js`, lang, group, n));
    });
    engines.set(lang, got);
    got.catch(() => engines.delete(lang));
  }
  return got;
}
