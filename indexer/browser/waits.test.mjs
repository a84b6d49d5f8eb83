// How often a search waits for files: all that it can know of, it asks for at once. TestWaits in ../webindex_test.go
// compiles search.ts (BUNDLE) and writes a web index (WEB) whose pages have several sections with each word.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { Engine, search } = await import(pathToFileURL(process.env.BUNDLE).href);

function content(file) {
  const text = readFileSync(join(process.env.WEB, file), "utf8");
  return JSON.parse(text.slice(text.indexOf("push(") + 5, text.lastIndexOf(")//")))[3];
}

// waits gives the groups of files of each round: what is asked before anything of it comes.
async function waits(request) {
  let asked = [];
  const engine = new Engine(content("en.js"), ({ group, file }) => new Promise((done) => asked.push([group, () => done(content(file))])));
  let failed;
  const found = search([engine], request).then(async ({ answer, complete }) => {
    await complete;
    return answer;
  });
  found.catch((problem) => (failed = problem));
  const rounds = [];
  for (;;) {
    for (let i = 0; i < 50; i++) await new Promise((done) => setImmediate(done));
    if (!asked.length) break;
    const now = asked;
    asked = [];
    rounds.push([...new Set(now.map(([group]) => group))].sort().join(""));
    for (const [, come] of now) come();
  }
  assert.equal(failed, undefined);
  const { pages } = await found;
  assert.ok(pages.length === 10 && pages.some((page) => page.sections.length > 1), "ten pages, of some several sections");
  return rounds.join(" ");
}

for (const [of, request, want] of [
  ["a word", { query: "amber" }, "t x"],
  ["two words", { query: "amber cedar" }, "t x"],
  ["a phrase", { query: '"amber cedar"' }, "pt x"],
  ["words and a filter", { query: "amber theme:odd" }, "t x"],
  ["a word that is being typed", { query: "ambe", typing: true }, "tw x"],
  ["a beginning that is no word", { query: "ambe" }, "t w x"],
  ["a misspelt word", { query: "ambre" }, "t w w x"],
]) test(of, async () => assert.equal(await waits(request), want));
