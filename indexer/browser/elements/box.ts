// <vade-search>: a field with answers under it, or, with the attribute modal, a button that opens both in a dialog.

import { ask, sourceOf } from "../ask";
import { Outdated } from "../webindex";
import { marked } from "../marked";
import { Refused, type Answer, type FoundPage } from "../search";
import { whenTyped } from "../typing";
import { rare } from "./rarely";
import { build, languageOf, wordsFor, type Tree } from "./words";
import skeleton from "./box.json";

/** Box is an element that searches; open shows it, with a query that is asked at once. */
export interface Box { open(query?: string): void }

export async function box(of: HTMLElement): Promise<Box> {
  const words = await wordsFor(of);
  const modal = of.hasAttribute("modal");
  const made = document.createElement("div");
  made.append(...build(skeleton as unknown as Tree, words));
  const at = <E extends HTMLElement>(name: string) => made.querySelector<E>(`[data-at=${name}]`)!;
  const [status, list, all, popup, dialog] = [at("status"), at("list"), at<HTMLAnchorElement>("all"), at("popup"), at<HTMLDialogElement>("dialog")];
  const form = of.querySelector("form") ?? at<HTMLFormElement>("form");
  const field = form.querySelector<HTMLInputElement>("input[name=q], input")!;
  const size = Number(of.getAttribute("size")) || 6;
  const source = sourceOf(of);
  let asked: AbortController | undefined;
  let speaking = 0;

  field.autocomplete = "off";
  if (modal) {
    form.hidden = false;
    at("top").prepend(form);
    dialog.append(popup);
    dialog.setAttribute("aria-label", words.button);
    at("close").addEventListener("click", () => dialog.close());
    of.append(dialog);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside it
    popup.hidden = false;
  } else {
    if (!form.isConnected) of.prepend(form);
    of.append(popup);
    of.addEventListener("focusout", (event) => {
      if (!of.contains(event.relatedTarget as Node | null)) popup.hidden = true;
    });
    field.addEventListener("focus", () => (popup.hidden = !field.value.trim()));
  }

  const typing = whenTyped(field, 150, () => show(true), () => say(""));
  form.addEventListener("submit", (event) => {
    if (typing.composing() || !form.hasAttribute("action")) event.preventDefault(); // there is no page of results to go to
    else if (!form.querySelector("[name=lang]") && languageOf(of)) form.append(...build([["input", { type: "hidden", name: "lang", value: languageOf(of) }]], {}));
  });
  of.addEventListener("keydown", (event) => {
    const links = [...popup.querySelectorAll<HTMLElement>("a[href]")].filter((a) => !a.hidden);
    const here = links.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape" && !modal && !popup.hidden) {
      field.focus(); // which shows it
      popup.hidden = true;
    } else if (event.key === "ArrowDown" && links[here + 1] && !typing.composing() && (here >= 0 || document.activeElement === field)) links[here + 1].focus();
    else if (event.key === "ArrowUp" && here >= 0) (links[here - 1] ?? field).focus();
    else return;
    event.preventDefault();
  });

  async function show(unfinished: boolean): Promise<void> {
    asked?.abort();
    const turn = (asked = new AbortController());
    const query = field.value.trim();
    popup.hidden = !query && !modal;
    if (!query) return fill([], "");
    of.dispatchEvent(new CustomEvent("vade-query", { bubbles: true, detail: query }));
    popup.setAttribute("aria-busy", "true");
    try {
      const asks = new URLSearchParams({ q: query });
      for (const facet of new FormData(form).entries()) if (facet[0] !== "q" && facet[1]) asks.append(facet[0], String(facet[1]));
      const { answer, place, complete } = await ask(asks, source, { size, unfinished, signal: turn.signal });
      if (turn.signal.aborted) return;
      tell(answer, place, query);
      await complete;
      if (complete && !turn.signal.aborted) of.dispatchEvent(new CustomEvent("vade-answer", { bubbles: true, detail: answer }));
    } catch (problem) {
      if (turn.signal.aborted) return;
      of.dispatchEvent(new CustomEvent("vade-problem", { bubbles: true, detail: problem }));
      fill([], "");
      const text = await complaint(problem).catch(() => words.error);
      if (!turn.signal.aborted) say(text, 0);
    } finally {
      if (!turn.signal.aborted) popup.removeAttribute("aria-busy");
    }
  }

  async function complaint(problem: unknown): Promise<string> {
    if (problem instanceof Refused) return (await rare()).refusalFor(of, problem, words.error);
    if (problem instanceof Outdated) return words.outdated;
    return location.protocol === "file:" ? words.damaged : navigator.onLine ? words.error : words.offline;
  }

  function tell(answer: Answer, place: (url: string) => string, query: string): void {
    const shown = answer.pages.slice(0, size);
    fill(shown.map((page) => hit(page, place)), (answer.pages.length ? words.found.replace("%d", answer.total.toLocaleString(languageOf(of) || undefined)) : words.none) + (answer.partial ? " " + words.partial : ""));
    const page = form.getAttribute("action");
    all.hidden = page === null || !shown.length || answer.total <= shown.length;
    if (page !== null) all.href = form.action.split(/[?#]/)[0] + "?" + new URLSearchParams(languageOf(of) ? { q: query, lang: languageOf(of) } : { q: query });
  }

  function hit(page: FoundPage, place: (url: string) => string): HTMLElement {
    const [section] = page.sections;
    const [item] = build([["li", { part: "hit", lang: page.lang, dir: "auto" }, ["a", { part: "link" }], ["p", { part: "excerpt" }]]], {}) as HTMLElement[];
    const link = item.querySelector("a")!;
    link.href = place(section?.url || page.url);
    link.textContent = page.title;
    if (section?.heading) link.append(...build([" ", ["span", { part: "heading" }, section.heading]], {}));
    item.querySelector("p")!.append(...marked(section?.excerpt ?? []));
    return item;
  }

  function fill(hits: HTMLElement[], text: string): void {
    list.replaceChildren(...hits);
    list.hidden = !hits.length;
    all.hidden = true;
    say(text);
  }

  // say tells the count once the reader has stopped typing, not at every letter.
  function say(text: string, wait = 700): void {
    clearTimeout(speaking);
    if (!text) status.textContent = "";
    else speaking = window.setTimeout(() => (status.textContent = text), wait);
  }

  if (field.value.trim() && document.activeElement === field) typing.again(); // who typed while this was loaded
  return {
    open(query) {
      if (query !== undefined) field.value = query;
      if (modal && !dialog.open) dialog.showModal();
      field.focus();
      field.select();
      if (query !== undefined) show(false);
    },
  };
}
