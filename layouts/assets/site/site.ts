// The script of every page but the search page: each part attaches itself to what the page has.

import "browser/page";
import { filter } from "./filter";
import { worksheet } from "./form";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-filter]")) filter(form);
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-worksheet]")) worksheet(form);
