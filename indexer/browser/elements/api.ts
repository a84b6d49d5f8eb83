// The search for scripts of a site's own: await vademecum.search("words").

import { ask, sourceOf } from "../ask";
import type { Answer } from "../search";

export interface Options {
  lang?: string; page?: number; size?: number; exact?: boolean; facets?: Record<string, string | string[]>; signal?: AbortSignal;
}

/** search answers a query; addresses in the answer are those of pages as this page may link to them. */
export async function search(query: string, options: Options = {}): Promise<Answer> {
  const asks = new URLSearchParams({ q: query });
  for (const name of ["lang", "page"] as const) if (options[name]) asks.set(name, String(options[name]));
  if (options.exact) asks.set("exact", "1");
  for (const [name, values] of Object.entries(options.facets ?? {})) for (const value of [values].flat()) asks.append(name, value);
  const reply = await ask(asks, sourceOf(document.documentElement), { size: options.size, signal: options.signal });
  await reply.complete;
  const { answer, place } = reply;
  const pages = answer.pages.map((page) => ({
    ...page, url: place(page.url), sections: page.sections.map((section) => ({ ...section, url: place(section.url) })),
    translations: page.translations?.map((other) => ({ ...other, url: place(other.url) })),
  }));
  return { ...answer, pages };
}
