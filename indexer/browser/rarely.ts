// The way to what few searches need. In the scripts of other sites it is a file of its own (elements/rarely.ts).

export const rare = (): Promise<typeof import("./rare")> => import("./rare");
