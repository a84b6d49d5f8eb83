// vade-core.js: what vade.js loads when someone searches. A page of results needs more, which vade-results.js has, and
// some searches do, which vade-rare.js has.

import { ask, sourceOf } from "../ask";
import { Outdated, type Hub } from "../webindex";
import { Refused } from "../search";
import { lines, numbers } from "../index";
import { marked } from "../marked";
import { whenTyped } from "../typing";
import { box } from "./box";
import type { Core } from "./define";
import { part } from "./part";
import { rare } from "./rarely";
import { build, wordsFor } from "./words";

const hub = (self as unknown as { vademecum?: Hub }).vademecum;

export const kit = { ask, sourceOf, Outdated, Refused, build, wordsFor, marked, whenTyped, numbers, lines };

const core: Core = {
  search: async (query, options) => (await rare()).search(query, options),
  box,
  results: async (element) => (await part("results"))(element),
};
if (hub) hub.kit = kit;
hub?.arrived?.(core);
