// Found pages, made from the templates of the page.

import { copy, date, direction, fill, kindName, languageName } from "./templates";
import type { FoundPage, FoundSection } from "./search";

type Place = (url: string) => string;

export function hit(page: FoundPage, place: Place): HTMLElement {
  const item = copy("page");
  item.lang = page.lang;
  item.dir = direction(page.lang);
  const title = item.querySelector<HTMLAnchorElement>("[data-title]")!;
  title.href = withMarks(place(page.sections?.[0]?.url || page.url), page.sections?.[0]);
  title.textContent = page.title;
  fill(item, "[data-kind]", kindName(page.facets?.kind?.[0] ?? ""));
  fill(item, "[data-date]", page.date ? date(page.date) : "");
  item.querySelector("[data-date]")?.setAttribute("datetime", page.date ?? "");
  const direct = item.querySelector<HTMLElement>("[data-direct]");
  if (direct) direct.hidden = !page.direct;
  fill(item, "[data-why]", page.why ?? "");
  item.querySelector<HTMLElement>(".why")!.hidden = !page.why;
  item.querySelector("[data-sections]")!.append(...(page.sections ?? []).map((section) => passage(section, place)));
  const also = item.querySelector<HTMLElement>("[data-translations]")!;
  for (const other of page.translations ?? []) {
    const a = document.createElement("a");
    a.href = place(other.url);
    a.hreflang = a.lang = other.lang;
    a.textContent = languageName(other.lang);
    also.append(a, " ");
  }
  also.hidden = !page.translations?.length;
  return item;
}

function passage(section: FoundSection, place: Place): HTMLElement {
  const item = copy("section");
  const heading = item.querySelector<HTMLAnchorElement>("[data-heading]")!;
  heading.href = withMarks(place(section.url), section);
  heading.textContent = section.heading ?? "";
  heading.hidden = !section.heading;
  item.querySelector("[data-excerpt]")!.append(
    ...(section.excerpt ?? []).map((segment) => {
      if (!segment.match) return document.createTextNode(segment.text);
      const mark = document.createElement("mark");
      mark.textContent = segment.text;
      return mark;
    }),
  );
  return item;
}

// withMarks is the address of a passage with the words that are marked in it: the page there lights them up.
function withMarks(url: string, section?: FoundSection): string {
  const words = new Set((section?.excerpt ?? []).filter((s) => s.match).flatMap((s) => s.text.toLowerCase().split(/\s+/)));
  const [address, anchor] = url.split("#");
  const query = words.size ? "?" + new URLSearchParams({ q: [...words].slice(0, 10).join(" ") }) : "";
  return address + query + (anchor ? "#" + anchor : "");
}
