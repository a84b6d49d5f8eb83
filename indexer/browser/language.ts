// Which language of an index serves a tag, as ../language.go tells it; ../testdata/languages.txt holds examples.

/** matchLanguage gives the tag's language with its script if the languages have it, else its language, else otherwise. */
export function matchLanguage(tag: string, languages: string[], otherwise: string): string {
  const [code, ...rest] = subtags(tag);
  const end = rest.findIndex((part) => part.length === 1); // extensions begin
  const script = rest.slice(0, end < 0 ? rest.length : end).find((part) => /^[a-z]{4}$/.test(part));
  return [`${code}-${script}`, code].find((name) => languages.includes(name)) ?? otherwise;
}

/** baseLanguage is the first part of a tag. */
export const baseLanguage = (tag: string) => subtags(tag)[0];

const subtags = (tag: string) => tag.trim().toLowerCase().replaceAll("_", "-").split("-");
