// Which language of an index serves a tag, as ../language.go tells it; ../testdata/languages.txt holds examples.

/** matchLanguage gives the tag's language with its script if the languages have it, else its language, in another script too, else otherwise. */
export function matchLanguage(tag: string, languages: string[], otherwise: string): string {
  const code = baseLanguage(tag);
  return [`${code}-${scriptOf(tag)}`, code].find((name) => languages.includes(name)) ?? languages.find((name) => baseLanguage(name) === code) ?? otherwise;
}

/** scriptOf gives the script that a tag names, or that of a region which writes Chinese in another than the mainland. */
function scriptOf(tag: string): string {
  const [code, ...rest] = subtags(tag);
  const end = rest.findIndex((part) => part.length === 1); // extensions begin
  const parts = rest.slice(0, end < 0 ? rest.length : end);
  return parts.find((part) => /^[a-z]{4}$/.test(part)) ?? (code === "zh" && parts.some((part) => ["tw", "hk", "mo"].includes(part)) ? "hant" : "");
}

/** baseLanguage is the first part of a tag. */
export const baseLanguage = (tag: string) => subtags(tag)[0];

const subtags = (tag: string) => tag.trim().toLowerCase().replaceAll("_", "-").split("-");
