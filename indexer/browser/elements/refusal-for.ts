// What <vade-search> says of a request that was refused.

import type { Refused } from "../search";
import { wordsFor } from "./words";
import refusals from "./words-refused.json";

/** refusalFor gives the words for a refusal, for an element, or otherwise what is said where there are none. */
export async function refusalFor(element: HTMLElement, { code, params }: Refused, otherwise: string): Promise<string> {
  const words = await wordsFor(element, refusals);
  return (words["refused-" + code] ?? otherwise).replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}
