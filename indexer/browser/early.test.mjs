// What a search page asks for before its own script is there. TestWaits in ../webindex_test.go compiles early.ts (EARLY)
// and search.ts (BUNDLE), and writes a web index (WEB).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { Engine, search } = await import(pathToFileURL(process.env.BUNDLE).href);

function entry(file) {
  const text = readFileSync(join(process.env.WEB, file), "utf8");
  return JSON.parse(text.slice(text.indexOf("push(") + 5, text.lastIndexOf(")//")));
}

const root = "https://example.org/search/";
let opened = 0;

// open opens a search page and gives the files that are sent for, by the hub and before it. first tells whether the
// manifest comes before the script.
async function open(asks, first, at = root) {
  const sent = [];
  globalThis.self = globalThis;
  globalThis.location = new URL("?" + new URLSearchParams(asks), at);
  globalThis.document = { scripts: [{ src: "https://example.org/early.js" }, { src: at + "en.js" }] };
  globalThis.fetch = async (url) => void sent.push(url.slice(root.length));
  globalThis.vademecum = undefined;
  if (first) globalThis.vademecum = [entry("en.js")];
  await import(pathToFileURL(process.env.EARLY).href + "?" + opened++);
  if (!first) (globalThis.vademecum ??= []).push(entry("en.js"));
  return { sent, hub: globalThis.vademecum };
}

// needed gives the shards of terms and facets that a search asks for.
async function needed(query) {
  const files = new Set();
  const engine = new Engine(entry("en.js")[3], async ({ file }) => (files.add(file), entry(file)[3]));
  await (await search([engine], { query })).complete;
  return [...files].filter((file) => /^en\/[tf]/.test(file)).sort();
}

for (const first of [true, false]) test(`words are sent for when the manifest comes ${first ? "first" : "last"}`, async () => {
  const { sent, hub } = await open({ q: "Ámber, cedar w42x" }, first);
  assert.deepEqual([...new Set(sent)].sort(), await needed("Ámber, cedar w42x"));
  assert.equal(hub.length, 1, "the manifest is kept for the page's own script");
  const before = sent.length;
  await hub.fetch(root + sent[0]);
  assert.equal(sent.length, before, "what is on its way is not sent for again");
  await hub.fetch(root + sent[0]);
  assert.equal(sent.length, before + 1, "who asks once more wants it anew");
});

test("nothing is sent for without need", async () => {
  assert.deepEqual((await open({}, true)).sent, []);
  assert.deepEqual((await open({ q: "amber", lang: "es" }, true)).sent, []);
  assert.deepEqual((await open({ q: "amber" }, true, "file:///tmp/search/")).sent, []);
  assert.ok((await open({ q: Array.from({ length: 1000 }, (_, i) => `w${i}x`).join(" ") }, true)).sent.length <= 13);
});
