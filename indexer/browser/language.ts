// Which language of an index serves a tag, as ../language.go tells it; ../testdata/languages.txt holds examples.

/** matchLanguage gives the tag's language with its script if the languages have it, else its language, in another script too, else otherwise. */
export function matchLanguage(tag: string, languages: string[], otherwise: string): string {
  const code = baseLanguage(tag);
  return [`${code}-${scriptOf(small(tag))}`, code].find((name) => languages.includes(name)) ?? languages.find((name) => baseLanguage(name) === code) ?? otherwise;
}

/** scriptOf gives the script that a tag names, or that of a region which writes Chinese in another than the mainland; what follows a single letter is no part of it. */
const scriptOf = (tag: string) => /^\w+(?:-\w\w+)*?-([a-z]{4})\b/.exec(tag)?.[1] ?? (/^zh(-\w\w+)*-(tw|hk|mo)\b/.test(tag) ? "hant" : "");

/** baseLanguage is the first part of a tag. */
export const baseLanguage = (tag: string) => small(tag).split("-")[0];

const small = (tag: string) => tag.trim().toLowerCase().replaceAll("_", "-");
