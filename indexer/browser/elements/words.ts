// The words of the elements: English here, other languages in a file each, any of them overridden by an attribute
// text-NAME of an element around. Markup comes as data, since no HTML is made from strings.

import { fetchScript } from "../webindex";
import { baseLanguage } from "../language";
import english from "./words-box.json";

export type Words = { [name: string]: string };
export type Tree = (string | Branch)[];
interface Branch extends Array<string | Record<string, string> | Branch> { 0: string; 1: Record<string, string> }

/** The languages that have a file of words; ../generate writes them. */
import languages from "./languages.json";

/** languageOf gives the language in which an element stands. */
export const languageOf = (element: Element) => element.closest<HTMLElement>("[lang]")?.lang ?? "";

/** wordsFor gives the words for an element; further says English words that the core does not have. */
export async function wordsFor(element: HTMLElement, further?: Words): Promise<Words> {
  const lang = baseLanguage(languageOf(element));
  const own: Words = (languages as string[]).includes(lang) ? await fetchScript(`vade-${lang}.js`, lang, "words").catch(() => ({})) : {};
  const words: Words = { ...english, ...further, ...own };
  for (const name of Object.keys(words)) words[name] = element.closest(`[text-${name}]`)?.getAttribute("text-" + name) ?? words[name];
  return words;
}

/** build makes elements from markup as data, with words in the place of {names}. */
export function build(tree: Tree, words: Words): Node[] {
  const say = (text: string) => text.replace(/\{\{([\w-]+)\}\}/g, (_, name) => words[name] ?? "");
  return tree.map((node) => {
    if (typeof node === "string") return document.createTextNode(say(node));
    const [tag, attributes, ...children] = node as [string, Record<string, string>, ...Tree];
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, say(value));
    (element instanceof HTMLTemplateElement ? element.content : element).append(...build(children, words));
    return element;
  });
}
