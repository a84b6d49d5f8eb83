// The ways to what few searches need, and to what few browsers do. In the scripts of other sites these are files of their
// own (elements/rarely.ts).

import { once } from "./once";

export const rare = (): Promise<typeof import("./rare")> => import("./rare");

/** inflater gets what browsers without DecompressionStream need, from the file that other sites have too. */
export const inflater = once(async (): Promise<typeof import("./inflate")> => (await (await import("./webindex")).runScript("vade-inflate.js", "inflate"))[1]);
