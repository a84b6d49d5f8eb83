// vade-results.js: <vade-results>, a page of results.

import type { Hub } from "../webindex";
import { searchPage } from "../results";
import skeleton from "./results.json";
import { build, wordsFor, type Tree } from "./words";

const hub = (self as unknown as { vademecum?: Hub }).vademecum;

hub?.push(["", "results", 0, async (element: HTMLElement) => {
  if (!element.querySelector("[data-vade-results]")) element.append(...build(skeleton as unknown as Tree, await wordsFor(element)));
  return searchPage(element);
}]);
