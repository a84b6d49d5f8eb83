// What few searches need.

export { askEndpoint } from "./endpoint";
export { counted, filtersOf, findOlder, passing, rarest, readFacets } from "./facets";
export { cited, mentions } from "./mention";
export { addWidened, named, others } from "./names";
export { lookUpPhrase } from "./phrase";
export { ignored, refusal } from "./refusal";
export { correct, correction } from "./spell";
export { foldTranslations } from "./translations";
