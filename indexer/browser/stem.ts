// Stemming as ../stem.go does it: its doc comment tells how a table of rules is
// read and what it means, and this is its twin. It reaches the same stem for
// every word and differs only in trusting the table, which the build has read
// already, and rid of comments. ../testdata/stems.txt holds both to it.

type Item = { letters: string; not?: boolean; many?: boolean; optional?: boolean; edge?: boolean };
type Pattern = Item[][];
type Test = { mark: number; kind: string; pattern: Pattern };
type Rule = { suffix: string[]; whole: boolean; tests: Test[]; by?: string[]; then?: string };
type Step = {
  kind: string;
  mark: number;
  at: number;
  to: number;
  from?: number;
  pattern?: Pattern;
  rules: Record<string, Rule[]>; // by last letter of the suffix
  then?: string;
  otherwise?: string;
};

export function parseStemmer(table: string): (word: string) => string {
  const classes: Record<string, Item> = { ".": { letters: "", not: true } };
  const marks: string[] = [""];
  const names: Record<string, number> = {};
  const steps: Step[] = [];
  let shared: string[] = []; // tests of the step being read

  const markOf = (name = "") => marks.indexOf(name);
  const parsePattern = (text: string): Pattern =>
    text.split("|").map((alternative) => {
      const items: Item[] = [];
      for (const c of alternative) {
        const last = items[items.length - 1];
        if (c === "*" || c === "+") Object.assign(last, { many: true, optional: c === "*" });
        else items.push({ edge: c === "^", ...(classes[c] || { letters: c }) });
      }
      return items;
    });

  const parseTest = (text: string): Test => {
    const pattern = parsePattern(text.replace(/^[=!+]/, ""));
    if (text[0] !== "+") pattern.forEach((items) => items.reverse()); // read towards the word's start
    return { mark: markOf(text.replace("=", "")), kind: text[0], pattern };
  };

  for (const line of table.split("\n")) {
    const fields = line.match(/\S+/g);
    if (!fields) continue;
    const [word, name, ...rest] = fields;
    const last = fields[fields.length - 1];
    const part = parts(fields);
    const step: Step = {
      kind: part[""][2],
      mark: markOf(part.within?.[0]),
      at: markOf(part["@"]?.[0]),
      to: markOf(part["@"]?.[1]),
      rules: {},
      then: part.then?.[0],
      otherwise: part.else?.[0],
    };
    if (line[0] === " ") addRules(steps[steps.length - 1].rules, part, shared.concat(part[":"] || []).map(parseTest));
    else if (word === "class") classes[name] = { letters: last, not: !!rest[1] };
    else if (word === "mark") {
      if (!marks.includes(name)) marks.push(name);
      steps.push({ ...step, kind: word, mark: markOf(name), from: rest[1] ? markOf(rest[0]) : 0, pattern: parsePattern(last) });
    } else if (name) {
      names[name] = steps.length;
      shared = part[":"] || [];
      steps.push(step);
    }
  }
  for (const { rules } of steps) {
    for (const last in rules) {
      if (last) rules[last].push(...(rules[""] || []));
      rules[last].sort((a, b) => b.suffix.length - a.suffix.length);
    }
  }

  return (word) => {
    const letters = [...word];
    if (/[0-9]/.test(word)) return word;
    const found = [0]; // the marks of this word
    for (let i = 0, left = 2 * steps.length; i < steps.length && left--; ) {
      const then = run(steps[i++], letters, found);
      if (then) i = names[then] ?? steps.length;
    }
    return letters.join("");
  };
}

// parts parts a line at the words that announce what follows.
function parts(fields: string[]): Record<string, string[]> {
  const part: Record<string, string[]> = { "": [] };
  let key = "";
  for (const f of fields) {
    if (/^(:|>|@|within|then|else)$/.test(f)) part[(key = f)] = [];
    else part[key].push(f);
  }
  return part;
}

// addRules files a rule under each of its suffixes.
function addRules(rules: Record<string, Rule[]>, part: Record<string, string[]>, tests: Test[]) {
  for (const written of part[""]) {
    const suffix = [...written.replace(/^\^|^-$/, "")];
    (rules[suffix[suffix.length - 1] || ""] ||= []).push({
      suffix,
      whole: written[0] === "^",
      tests,
      by: part[">"] && [...part[">"].join("")],
      then: part.then?.[0],
    });
  }
}

// run does one instruction and gives the name of the next, if it is not the
// one that follows.
function run(step: Step, letters: string[], marks: number[]): string | undefined {
  const { kind, then, at } = step;
  if (kind === "mark") {
    const at = match(step.pattern!, letters, marks[step.from!], 1);
    marks[step.mark] = at < 0 ? letters.length : at;
    return;
  }
  if (kind === "each") {
    for (let left = letters.length - 1; left >= 0; left--) apply(step, letters, marks, letters.length - left);
    return then;
  }
  for (let end = Math.min(at ? marks[at] : Infinity, letters.length); end > 0; end--) {
    const rule = apply(step, letters, marks, end);
    if (rule) return rule.then || then;
    if (!kind) break;
  }
  return step.otherwise;
}

// apply does the rule for the longest suffix of what ends at end and gives it.
function apply(step: Step, letters: string[], marks: number[], end: number): Rule | undefined {
  let found = 0;
  for (const rule of step.rules[letters[end - 1]] || step.rules[""] || []) {
    const { suffix, by } = rule;
    const start = end - suffix.length;
    if (suffix.length < found) return;
    if (start < marks[step.mark] || ((rule.whole || step.kind === "prefix") && start) || suffix.some((c, i) => c !== letters[start + i])) continue;
    found = suffix.length;
    if (!holds(rule.tests, letters, marks, start, end)) continue;
    const { at, to } = step;
    marks[at] = start;
    if (by) {
      letters.splice(start, Math.max(end, marks[to]) - start, ...by);
      marks[at] = marks[to] = start + by.length;
    }
    marks[0] = 0;
    return rule;
  }
}

function holds(tests: Test[], letters: string[], marks: number[], start: number, end: number): boolean {
  return tests.every(({ mark, kind, pattern }) => {
    if (mark > 0) return kind === "=" ? start === marks[mark] : start >= marks[mark];
    if (kind === "+") return match(pattern, letters, end, 1) >= 0;
    const before = match(pattern, letters, start, -1);
    if (kind === "!") return before < 0;
    start = before;
    return before >= 0;
  });
}

// match gives where the first alternative that fits at at comes to in the
// direction step, 1 or -1; -1 if none fits.
function match(pattern: Pattern, letters: string[], at: number, step: number): number {
  for (const items of pattern) {
    const to = matchItems(items, letters, at, step);
    if (to >= 0) return to;
  }
  return -1;
}

function matchItems(items: Item[], letters: string[], at: number, step: number): number {
  for (const { letters: set, not, many, optional, edge } of items) {
    const next = () => letters[step < 0 ? at - 1 : at];
    const fits = () => next() && set.includes(next()) === !not;
    if (edge ? next() : !optional && !fits()) return -1;
    while (!edge && fits()) {
      at += step;
      if (!many) break;
    }
  }
  return at;
}
