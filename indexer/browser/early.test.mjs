// What comes before the script of the search waits for it, whatever stands in it. TestEarly in ../webindex_test.go compiles
// early.ts (BUNDLE).
import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { askEarly } = await import(pathToFileURL(process.env.BUNDLE).href);
const good = { lang: "en", from: { t: "a\nm" }, shards: { t: 2 }, folders: { t: "01234567" }, perFolder: 2 };

function pushed(manifest) {
  const asked = [];
  globalThis.self = globalThis;
  globalThis.location = { search: "?q=oak", protocol: "https:" };
  globalThis.document = { currentScript: { src: "https://example.org/search/en.js" } };
  globalThis.fetch = async (url) => void asked.push(String(url));
  globalThis.vademecum = [];
  askEarly();
  const entry = ["en", "m", 0, manifest];
  assert.equal(globalThis.vademecum.push(entry), 1);
  assert.equal(globalThis.vademecum[0], entry);
  return asked;
}

test("the shard of a word is asked for with the manifest", () => {
  assert.deepEqual(pushed(good), ["https://example.org/search/en/t01234567/1.js"]);
});

test("a damaged manifest waits for who refuses it", () => {
  for (const wrong of [null, undefined, 1, "text", [], {}, ...Object.keys(good).flatMap((key) => [null, undefined, 1, -1, {}, []].map((value) => ({ ...good, [key]: value }))), { ...good, heavy: 1 }]) pushed(wrong);
});
