// Answers for the search page: from the endpoint if the site has one and it answers in time, else from the web index;
// readers see no difference.

import { own, part } from "./templates";
import { Refused, type Answer, type Request } from "./search";
import * as webIndex from "./webindex";

const patience = 2500; // milliseconds that the endpoint has for an answer
let useEndpoint = location.protocol !== "file:";

/** The results on one page. */
export const pageSize = 10;

/** An answer, and where the pages that it names stand. */
export interface Asked { answer: Answer; complete?: Promise<void>; place: (url: string) => string }

/** ask answers what an address of the search page asks for; names are those of the facets. */
export async function ask(asks: URLSearchParams, names: string[], unfinished: boolean, signal: AbortSignal): Promise<Asked> {
  const endpoint = document.querySelector<HTMLMetaElement>("meta[name='vade:endpoint']")?.content;
  if (endpoint && useEndpoint) {
    try {
      return { answer: await askEndpoint(endpoint, asks, unfinished, signal), place: (url) => url };
    } catch (problem) {
      if (signal.aborted || problem instanceof Refused) throw problem;
      useEndpoint = false; // for as long as this page is open
    }
  }
  return askWebIndex(asks, names, unfinished);
}

async function askEndpoint(endpoint: string, asks: URLSearchParams, unfinished: boolean, signal: AbortSignal): Promise<Answer> {
  const query = new URLSearchParams(asks);
  if (!query.get("lang")) query.set("lang", own);
  query.set("size", String(pageSize));
  if (unfinished) query.set("typing", "1");
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patience);
  signal.addEventListener("abort", () => late.abort());
  try {
    const response = await fetch(endpoint + "?" + query, { signal: late.signal, headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (answer.error?.code && response.status === 400) throw new Refused(answer.error.code, answer.error.params);
    if (!response.ok || !Array.isArray(answer.pages)) throw new Error(`${endpoint}: ${response.status}`);
    return answer as Answer;
  } finally {
    clearTimeout(timer);
  }
}

async function askWebIndex(asks: URLSearchParams, names: string[], unfinished: boolean): Promise<Asked> {
  const folder = part("[data-vade-results]").dataset.pack ?? "";
  const request: Request = { query: asks.get("q") ?? "", lang: asks.get("lang") || own, page: asks.get("page") ?? "", size: pageSize, typing: unfinished, exact: asks.get("exact") === "1", facets: {} };
  for (const name of names) if (name !== "lang" && asks.has(name)) request.facets![name] = asks.getAll(name);
  const found = await webIndex.ask(request, own, folder);
  return { ...found, place: fromWebIndex(folder, found.base) };
}

// fromWebIndex tells where a page of the web index stands. The web index cannot know where this copy of the site was put, but it
// lies one folder below. Browsers list the files of a folder on a disk, so there a page's own file is named.
function fromWebIndex(folder: string, base: string): (url: string) => string {
  const root = new URL("..", new URL(folder, document.baseURI)).href;
  return (url) => {
    const to = new URL("./" + url.slice(base.length).replace(/^\//, ""), root);
    if (location.protocol !== "file:") return to.pathname + to.search + to.hash;
    if (to.pathname.endsWith("/")) to.pathname += "index.html";
    return to.href;
  };
}
