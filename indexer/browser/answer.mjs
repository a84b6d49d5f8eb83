// node answer.mjs BUNDLE PACK < requests > answers
// Answers requests from a pack, one JSON object a line each way, as a browser would: the test of parity runs it.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

const [bundle, pack] = process.argv.slice(2);
const { Engine, Refused, search, unpack } = await import(pathToFileURL(bundle).href);

// script runs one file of the pack and gives the content it hands over.
async function script(file) {
  const self = {};
  const bytes = await readFile(file);
  vm.runInNewContext(new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-8").decode(bytes), { self });
  const [, , , content] = self.vademecum[0];
  return typeof content === "string" ? unpack(content) : JSON.parse(JSON.stringify(content));
}

const engines = new Map();
async function engine(lang) {
  if (!engines.has(lang)) {
    const manifest = await script(join(pack, lang + ".js"));
    engines.set(lang, new Engine(manifest, ({ file }) => script(join(pack, file))));
  }
  return engines.get(lang);
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const first = await engine(request.first);
  delete request.first;
  const list = request.lang === "*" ? await Promise.all(first.m.languages.map(engine)) : [await engine(request.lang || first.m.default)];
  try {
    const { answer, complete, sections } = await search(list, request);
    await complete;
    if (sections) await Promise.all(answer.pages.map((_, i) => sections(i)));
    console.log(JSON.stringify(answer));
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    console.log(JSON.stringify({ refused: problem.code }));
  }
}
