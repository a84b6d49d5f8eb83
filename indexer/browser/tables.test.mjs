// The tables of ../testdata that both halves run: tokens.txt, queries.txt and languages.txt. TestTablesInBrowser in ../parity_test.go
// compiles search.ts (BUNDLE) and writes the rules of each language, the citation patterns and the facets (RULES).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { Language, matchLanguage, parse } = await import(pathToFileURL(process.env.BUNDLE).href);
const { languages, patterns, facets } = JSON.parse(readFileSync(process.env.RULES, "utf8"));
const rows = (file) =>
  readFileSync(new URL(`../testdata/${file}`, import.meta.url), "utf8")
    .split("\n")
    .filter((row) => row.trim() && !row.startsWith("#"));

test("tokens.txt", () => {
  for (const row of rows("tokens.txt")) {
    const at = row.lastIndexOf(" | ");
    const [lang] = row.split(" | ", 1);
    const text = row.slice(lang.length + 3, at);
    assert.equal(new Language(languages[lang]).terms(text).join(" "), row.slice(at + 3).trim(), row);
  }
});

// notation writes a query as queries.txt does.
function notation({ parts, filters }) {
  const out = parts.map((p) => {
    const text = { words: p.text, phrase: `"${p.text}"`, mention: `<${`${p.document} ${p.part}`.trim()}>` }[p.kind];
    return (p.not ? "!" : "") + text + (p.prefix ? "*" : "");
  });
  return [...out, ...filters.map((f) => `${f.not ? "!" : ""}${f.facet}=${f.value}`)].join(" | ");
}

test("queries.txt", async () => {
  const rules = languages.en;
  for (const row of rows("queries.txt")) {
    const at = row.indexOf(" => ");
    const query = await parse(row.slice(0, at), (name) => facets.includes(name), patterns, new Language(rules), rules);
    assert.equal(notation(query), row.slice(at + 4).trim(), row);
  }
});

test("languages.txt", () => {
  for (const row of rows("languages.txt")) {
    const [tag, list, want] = row.split("|").map((text) => text.trim());
    const languages = list.split(" ");
    assert.equal(matchLanguage(tag, languages, languages[0]), want, row);
  }
});
