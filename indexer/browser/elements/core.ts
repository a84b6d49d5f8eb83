// vade-core.js: what vade.js loads when someone searches. A page of results needs more, which vade-results.js has.

import { ask, sourceOf } from "../ask";
import { Outdated, runScript, type Hub } from "../webindex";
import { Refused } from "../search";
import { search } from "./api";
import { box } from "./box";
import type { Core } from "./define";
import { build, wordsFor } from "./words";

const hub = (self as unknown as { vademecum?: Hub }).vademecum;

export const kit = { ask, sourceOf, Outdated, Refused, build, wordsFor };

const core: Core = {
  search,
  box,
  results: async (element) => (await runScript("vade-results.js", "results"))(element),
};
if (hub) hub.kit = kit;
hub?.arrived?.(core);
