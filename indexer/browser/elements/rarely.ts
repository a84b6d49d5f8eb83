// The ways to what few searches need, and to what few browsers do: scripts of their own, which the core loads when they
// are needed first.

import { once } from "../once";
import { part } from "./part";
import type { Rare } from "./rare";

export const rare = once((): Promise<Rare> => part("rare"));
export const inflater = once((): Promise<typeof import("../inflate")> => part("inflate"));
