// The stemmer in TypeScript against the rows and sums of testdata/stems.txt,
// which stem_test.go runs in Go. Run it with "node --test" in any folder.
// It is compiled as Hugo compiles it, by the esbuild of go.mod.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const read = (...path) => readFileSync(join(here, "..", ...path), "utf8");

const compiled = execFileSync("go", ["run", "github.com/evanw/esbuild/cmd/esbuild", "stem.ts", "--format=esm", "--target=es2020"], { cwd: here, encoding: "utf8" });
const { parseStemmer } = await import("data:text/javascript," + encodeURIComponent(compiled));

const rows = read("testdata", "stems.txt")
  .split("\n")
  .filter((line) => line && line[0] !== "#")
  .map((line) => line.split(" "));

for (const language of ["ar", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ro", "ru", "sr", "sv", "tr"]) {
  test(`stems of ${language}`, () => {
    const stem = parseStemmer(read("text", "stemmers", `${language}.txt`).replace(/#.*/g, ""));
    const words = [];
    let sums = 0;
    for (const [of, word, want] of rows) {
      if (of !== language) continue;
      if (word === "sum") {
        assert.equal(stemSum(stem, words), want, "sum");
        sums++;
        continue;
      }
      words.push(word);
      assert.equal(stem(word), want, word);
    }
    assert.equal(sums, 1);
    assert.ok(words.length >= 50);
  });
}

test("letters outside the basic plane count as one", () => {
  const stem = parseStemmer("step s\n s : ^.. >");
  assert.equal(stem("𐐷😀s"), "𐐷😀");
});

// stemSum is stem_test.go's, step by step.
function stemSum(stem, words) {
  let seed = 1540;
  let sum = 2166136261;
  const next = (n) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % n;
  };
  for (let i = 0; i < 20000; i++) {
    const a = [...words[next(words.length)]];
    const b = [...words[next(words.length)]];
    const word = a.slice(0, next(a.length + 1)).join("") + b.slice(next(b.length + 1)).join("");
    for (const c of stem(word) + " ") sum = Math.imul(sum ^ c.codePointAt(0), 16777619) >>> 0;
  }
  return sum.toString(16).padStart(8, "0");
}
