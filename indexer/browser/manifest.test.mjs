// A manifest whose numbers do not fit together is refused before anything is counted by them. TestTablesInBrowser in
// ../parity_test.go compiles search.ts (BUNDLE) and writes the rules of each language (RULES).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { Engine } = await import(pathToFileURL(process.env.BUNDLE).href);
const { languages } = JSON.parse(readFileSync(process.env.RULES, "utf8"));
const good = { lang: "en", units: 3, words: 5, pageUnits: "#!", shards: { t: 2, x: 2 }, texts: "#!", perFolder: 1, folders: { t: "0123456789abcdef", x: "0123456789abcdef" }, from: {}, rules: languages.en };

test("numbers of a manifest", () => {
  assert.deepEqual([...new Engine(good, () => {}).pageOf], [0, 0, 1]);
  for (const wrong of [
    { units: -1 }, { units: 4 }, { units: 2 }, { units: 1e15 }, { units: "3" }, { units: 2.5 }, { units: undefined }, { words: -1 }, { words: NaN },
    { pageUnits: "" }, { pageUnits: "#" }, { pageUnits: "~" }, { texts: "" }, { texts: "#" }, { texts: "!!!" }, { texts: "~" }, { perFolder: 0 }, { perFolder: -1 },
    { shards: { t: 2, x: 3 } }, { shards: { t: 1e12, x: 2 } }, { shards: { t: 2, x: 2, p: 1 } }, { folders: { t: "012345", x: "0123456789ab" } }, { inline: { t: [[]] } },
  ]) {
    assert.throws(() => new Engine({ ...good, ...wrong }, () => {}), /en\.js do not fit together.*build the site again/, JSON.stringify(wrong));
  }
});
