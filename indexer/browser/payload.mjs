// node payload.mjs BUNDLE SCRIPT PACK LANG < queries
// Measures what a first search costs a reader with an empty cache: gzipped bytes, requests and waits (rounds of
// requests that wait for each other) until five results are complete with title and excerpt. BUNDLE is search.ts for
// Node, SCRIPT the file that pages load. A query a line; the last column of a line with tabs counts.
import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { gzipSync } from "node:zlib";

const [bundle, script, pack, lang] = process.argv.slice(2);
const { Engine, search, unpack } = await import(pathToFileURL(bundle).href);
const sizes = new Map();
const contents = new Map();

async function load(file) {
  if (!sizes.has(file)) {
    const bytes = await readFile(file);
    sizes.set(file, gzipSync(bytes).length);
    const self = {};
    vm.runInNewContext(new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-8").decode(bytes), { self });
    const [, , , content] = self.vademecum[0];
    contents.set(file, typeof content === "string" ? await unpack(content) : JSON.parse(JSON.stringify(content)));
  }
  return contents.get(file);
}

const manifest = await load(join(pack, lang + ".js"));
const scriptSize = gzipSync(readFileSync(script)).length;
const manifestSize = sizes.get(join(pack, lang + ".js"));
const queries = readFileSync(0, "utf8").trim().split("\n").map((l) => l.split("\t").pop());
const rows = [];
for (const query of queries) {
  let row = { bytes: scriptSize + manifestSize, requests: 2, waits: 1, later: 0 };
  let pending = [];
  const engine = new Engine(manifest, ({ group, file }) => new Promise((done) => pending.push([group, join(pack, file), done])));
  let answered = false;
  const run = search([engine], { query, size: 5 }).then(async ({ answer, complete }) => {
    answered = true;
    await complete;
    return answer;
  });
  run.catch(() => (answered = true));
  for (;;) {
    for (let i = 0; i < 50; i++) await new Promise((r) => setImmediate(r));
    if (!pending.length) break;
    const now = pending;
    pending = [];
    const before = !answered;
    if (before) row.waits++;
    for (const [group, file, done] of now) {
      const content = await load(file);
      if (!before) row.later += sizes.get(file);
      else {
        row.bytes += sizes.get(file);
        row.requests++;
      }
      done(content);
    }
  }
  rows.push(row);
}
const at = (name, p) => rows.map((r) => r[name]).sort((a, b) => a - b)[Math.min(rows.length - 1, Math.floor(p * rows.length))];
console.log(`script ${(scriptSize / 1000).toFixed(1)} kB, manifest ${(manifestSize / 1000).toFixed(1)} kB, ${rows.length} queries`);
for (const name of ["bytes", "requests", "waits", "later"]) console.log(name.padEnd(9), "median", at(name, 0.5), "p90", at(name, 0.9), "p99", at(name, 0.99));
