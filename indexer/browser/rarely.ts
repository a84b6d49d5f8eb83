// The ways to what few searches need, and to what few browsers do. In the scripts of other sites these are files of their
// own (elements/rarely.ts).

export const rare = (): Promise<typeof import("./rare")> => import("./rare");

let got: Promise<typeof import("./inflate")> | undefined;

/** inflater gets what browsers without DecompressionStream need, from the file that other sites have too. */
export const inflater = () => (got ??= import("./webindex").then(async ({ runScript }) => (await runScript("vade-inflate.js", "inflate"))[1]).catch((problem) => {
  got = undefined; // the next search may have a better line
  throw problem;
}));
