// What few searches need.

export { cut } from "./bounded";
export { askEndpoint } from "./endpoint";
export { counted, filtersOf, passing, rarest } from "./facets";
export { settle } from "./linked";
export { cited, mentions } from "./mention";
export { addWidened, grouped, named, others } from "./names";
export { lookUpPhrase } from "./phrase";
export { ignored, refusal, unanswerable } from "./refusal";
export { correct, correction } from "./spell";
export { readTitles, written } from "./titles";
export { foldTranslations } from "./translations";
