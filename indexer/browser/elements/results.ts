// vade-results.js: <vade-results>, a page of results.

import { searchPage } from "../results";
import skeleton from "./results.json";
import { handOver } from "./part";
import { build, wordsFor, type Tree } from "./words";
import english from "./words-results.json";
import refusals from "./words-refused.json";

handOver("results", async (element: HTMLElement) => {
  if (!element.querySelector("[data-vade-results]")) {
    const form = element.querySelector("form"); // the page's own is there without script too
    element.append(...build(skeleton as unknown as Tree, await wordsFor(element, { ...english, ...refusals })));
    if (form) for (const other of element.querySelectorAll("form")) if (other !== form) other.remove();
  }
  return searchPage(element);
});
