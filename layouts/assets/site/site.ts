// What pages other than the search page do beyond their frame: each part attaches itself to what the page has.

import "browser/page";
import { contents } from "./contents";
import { filter } from "./filter";
import { worksheet } from "./form";
import { highlight } from "./highlight";
import { missing } from "./missing";
import { report } from "./report";
import { ticks } from "./ticks";
import { years } from "./years";

each<HTMLElement>("nav.contents", contents);
each<HTMLFormElement>("form[data-filter]", filter);
each<HTMLFormElement>("form[data-worksheet]", worksheet);
each<HTMLDetailsElement>("[data-report]", report);
each<HTMLElement>("[data-ticks]", ticks);
each<HTMLElement>("[data-missing]", missing);
each<HTMLElement>("[data-years]", years);
highlight();

function each<E extends Element>(selector: string, attach: (element: E) => void): void {
  for (const element of document.querySelectorAll<E>(selector)) attach(element);
}
