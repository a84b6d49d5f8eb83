// The ways to what few searches need, and to what few browsers do: scripts of their own, which the core loads when they
// are needed first.

import { part } from "./part";
import type { Rare } from "./rare";

const got: Record<string, Promise<any> | undefined> = {};

const once = (name: string) => (got[name] ??= part(name).catch((problem) => {
  got[name] = undefined; // the next search may have a better line
  throw problem;
}));

export const rare = (): Promise<Rare> => once("rare");
export const inflater = (): Promise<typeof import("../inflate")> => once("inflate");
