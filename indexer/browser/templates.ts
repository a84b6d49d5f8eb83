// The search page's own elements, words and templates. All texts stand in the page: templates in parts/result-templates.html,
// words in data attributes. No HTML is made from strings.

export const own = document.documentElement.lang;
const locale = wellFormed(own);

export function part(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`search page without ${selector}`);
  return element;
}

export function template(name: string, of?: string): HTMLTemplateElement | null {
  return document.querySelector(`template[data-vade-template="${name}"]` + (of ? `[data-name="${CSS.escape(of)}"]` : ""));
}

export function copy(name: string, of?: string): HTMLElement {
  return template(name, of)!.content.firstElementChild!.cloneNode(true) as HTMLElement;
}

// fill sets a place's text and hides the place when there is none.
export function fill(within: HTMLElement, selector: string, text: string): void {
  const place = within.querySelector<HTMLElement>(selector);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}

// wellFormed is a language tag as numbers and dates can be written by it; without it they follow the browser.
function wellFormed(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

export function number(n: number): string {
  return new Intl.NumberFormat(locale).format(n);
}

export function date(text: string): string {
  const day = new Date(text.slice(0, 10) + "T00:00:00Z");
  if (isNaN(day.getTime())) return text;
  return new Intl.DateTimeFormat(part("[data-vade-results]").dataset.locale || locale, { dateStyle: "long", timeZone: "UTC" }).format(day);
}

export function direction(lang: string): string {
  return (part("[data-vade-results]").dataset.rtl ?? "").split(" ").includes(lang) ? "rtl" : "ltr";
}

// languageName takes a language's own name from the page's language switch.
export function languageName(lang: string): string {
  return [...document.querySelectorAll<HTMLElement>(".languages a")].find((a) => a.lang === lang)?.textContent ?? lang;
}

// kindName is what the reader's language calls a kind of page; a kind that the site did not name keeps its own word.
export function kindName(kind: string): string {
  return template("kind", kind)?.content.textContent ?? kind;
}
