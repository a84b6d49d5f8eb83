// Where answers come from: the endpoint if the site has one and it answers in time, else the web index. Readers see no
// difference.

import * as pack from "./webindex";
import { rare } from "./rarely";
import { Refused, type Answer, type Request } from "./search";

/** Source says whom to ask, and in which language the page is that asks. */
export interface Source { folder: string; endpoint: string; own: string }

/** Reply is an answer; what may come later is in it when complete is done. If it has sections, its pages get theirs by that. place gives the address of a page in it. */
export interface Reply { answer: Answer; complete?: Promise<void>; sections?: (page: number) => Promise<void>; place: (url: string) => string; languages?: string[] }

export interface Wants { size?: number; unfinished?: boolean; lazily?: boolean; signal?: AbortSignal; facets?: string[] }

const named = new Set(["q", "lang", "page", "size", "exact", "typing"]);
let useEndpoint = location.protocol !== "file:";

/** sourceOf gives the source for an element: what its page says, and the folder of the script or of its data-pack. */
export function sourceOf(element: HTMLElement): Source {
  return {
    folder: element.querySelector<HTMLElement>("[data-pack]")?.dataset.pack ?? pack.folder() ?? "",
    endpoint: document.querySelector<HTMLMetaElement>("meta[name='vade:endpoint']")?.content ?? "",
    own: element.closest<HTMLElement>("[lang]")?.lang ?? "",
  };
}

/** ask answers what an address asks for. */
export async function ask(asks: URLSearchParams, source: Source, wants: Wants): Promise<Reply> {
  if (source.endpoint && useEndpoint) {
    pack.prepare(source.own, source.folder).catch(() => {}); // a host of plain files has no endpoint, whatever its pages say
    try {
      return { answer: await (await rare()).askEndpoint(asks, source, wants), place: (url) => url };
    } catch (problem) {
      if (wants.signal?.aborted || problem instanceof Refused) throw problem;
      useEndpoint = false; // for as long as this page is open
    }
  }
  return askPack(asks, source, wants);
}

async function askPack(asks: URLSearchParams, { folder, own }: Source, { size = 10, unfinished, lazily, facets }: Wants): Promise<Reply> {
  const request: Request = { query: asks.get("q") ?? "", lang: asks.get("lang") || own, page: asks.get("page") ?? "", size, typing: unfinished, lazily, exact: asks.get("exact") === "1", facets: {} };
  for (const name of facets ?? asks.keys()) if (!named.has(name) && asks.has(name)) request.facets![name] = asks.getAll(name);
  const found = await pack.ask(request, own, folder);
  return { ...found, place: fromPack(folder, found.base) };
}

// fromPack tells where a page of the pack stands. The pack cannot know where this copy of the site was put, but it
// lies one folder below. Browsers list the files of a folder on a disk, so there a page's own file is named.
function fromPack(folder: string, base: string): (url: string) => string {
  const root = new URL("..", new URL(folder, document.baseURI)).href;
  return (url) => {
    const to = new URL("./" + url.slice(base.length).replace(/^\//, ""), root);
    if (location.protocol !== "file:") return to.pathname + to.search + to.hash;
    if (to.pathname.endsWith("/")) to.pathname += "index.html";
    return to.href;
  };
}
