// The ways to what few searches need, and to what few browsers do. In the scripts of other sites these are files of their
// own (elements/rarely.ts).

export const rare = (): Promise<typeof import("./rare")> => import("./rare");
export const inflater = (): Promise<typeof import("./inflate")> => import("./inflate");
