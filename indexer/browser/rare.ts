// What few searches need.

export { askEndpoint } from "./endpoint";
export { count, filtersOf, findOlder, ignored, passing, rarest, readFacets, shorten } from "./facets";
export { cited, mentions } from "./mention";
export { lookUpPhrase } from "./phrase";
export { correct, correction } from "./spell";
export { foldTranslations } from "./translations";
