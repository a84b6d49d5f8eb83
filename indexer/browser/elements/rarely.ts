// The way to what few searches need: a script of its own, which the core loads when it is needed first.

import { part } from "./part";
import type { Rare } from "./rare";

let got: Promise<Rare> | undefined;

export function rare(): Promise<Rare> {
  if (!got) {
    got = part("rare");
    got.catch(() => (got = undefined)); // the next search may have a better line
  }
  return got;
}
