// vade-results.js: <vade-results>, a page of results.

import type { Hub } from "../webindex";
import { searchPage } from "../results";
import skeleton from "./results.json";
import { build, wordsFor, type Tree } from "./words";

const hub = (self as unknown as { vademecum?: Hub }).vademecum;

hub?.push(["", "results", 0, async (element: HTMLElement) => {
  if (!element.querySelector("[data-vade-results]")) {
    const form = element.querySelector("form"); // the page's own is there without script too
    element.append(...build(skeleton as unknown as Tree, await wordsFor(element)));
    if (form) for (const other of element.querySelectorAll("form")) if (other !== form) other.remove();
  }
  return searchPage(element);
}]);
