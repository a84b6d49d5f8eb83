// Packed shards, read by the scripts: with DecompressionStream and without. TestPackedInBrowser in ../webpacked_test.go
// compiles search.ts (BUNDLE) and writes shards, each as it is and packed (SHARDS).
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { unpack } = await import(pathToFileURL(process.env.BUNDLE).href);
const own = globalThis.DecompressionStream;

globalThis.self = Object.assign(globalThis, { vademecum: Object.assign([], { folder: "search/" }) });

// What stands in the page for the script that only browsers without DecompressionStream load.
globalThis.document = {
  createElement: () => ({ addEventListener() {}, remove() {} }),
  head: { append: (script) => new Function(readFileSync(new URL("dist/" + script.src.split("/").pop(), import.meta.url), "utf8"))() },
  readyState: "complete",
};

const at = (file) => join(process.env.SHARDS, file);
const call = (text) => JSON.parse(text.slice(text.indexOf("push(") + 5, text.lastIndexOf(")")));
const packed = (file) => call(new TextDecoder("utf-16le").decode(readFileSync(at(file))));
const shards = readdirSync(process.env.SHARDS).filter((file) => /^\d+\.js$/.test(file));

for (const [how, means] of [["by the browser", own], ["by our own means", undefined]]) {
  test(how, async () => {
    globalThis.DecompressionStream = means;
    for (const file of shards) {
      const [lang, group, n, content, generation] = packed(file.replace(".js", ".packed.js"));
      assert.equal(typeof content, "string");
      assert.deepEqual([lang, group, n, await unpack(content), generation], call(readFileSync(at(file), "utf8")), file);
    }
  });

  test(how + ", damaged", async () => {
    globalThis.DecompressionStream = means;
    const [, , , content] = packed(shards[shards.length >> 1].replace(".js", ".packed.js"));
    assert.ok(content.length > 1000);
    const whole = JSON.stringify(await unpack(content));
    let state = 1;
    const random = (n) => (state = (state * 48271) % 2147483647) % n;
    const damages = ["", " ", "@", content.slice(0, 2), content + content, content + "ab", ...Array.from({ length: 12 }, (_, i) => content.slice(0, (content.length * i) / 12 | 0))];
    for (let i = 0; i < 400; i++) {
      const place = random(content.length);
      damages.push(content.slice(0, place) + String.fromCharCode(content.charCodeAt(place) ^ (1 << random(16))) + content.slice(place + 1));
    }
    let refused = 0;
    for (const damage of damages) {
      const got = await unpack(damage).then(JSON.stringify, () => refused++);
      if (typeof got === "string") assert.equal(got, whole);
    }
    assert.ok(refused >= damages.length - 8, `${refused} of ${damages.length} were refused`); // an unused bit of a key or an end changes nothing
  });

  test(how + ", too large", async () => {
    globalThis.DecompressionStream = means;
    await assert.rejects(unpack(packed("bomb.packed.js")[3]));
  });
}
