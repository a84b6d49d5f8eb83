// Words to terms, as ../text does: the same steps and names. What differs between languages comes as data with the
// manifest of the web index.

import { parseStemmer } from "./stem";

/** The rules of words: webRules in ../webindex.go. */
export interface Rules {
  marks: [number, number][]; united: Record<string, string>; breve: number[]; stemmer?: string; stop?: string;
  quotes: Record<string, string>; link: number; weights: Record<string, number>; limits: Record<string, number>; idfSteps: number;
}
/** A term of a text: a word folded to the form that is compared, and where it stands. */
export interface Token { term: string; start: number; end: number; pos: number; cjk?: boolean }

const ideographs = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}";
const run = new RegExp(`[${ideographs}]+|(?:(?![${ideographs}])[\\p{L}\\p{N}\\p{M}\\p{Cf}])+`, "gu");
export const ideograph = new RegExp(`^[${ideographs}]`, "u");
export const wordLike = /^[\p{L}\p{N}\p{M}\p{Cf}]/u;

export const characters = (s: string) => [...s].length;
export const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
export const hasDigit = (s: string) => /[0-9]/.test(s);

/** Language is words to terms for one language. */
export class Language {
  stop: Set<string>;
  private stem: (word: string) => string;
  private stems = new Map<string, string>();

  constructor(private rules: Rules) {
    this.stem = rules.stemmer ? parseStemmer(rules.stemmer) : (w) => w;
    this.stop = new Set((rules.stop || "").split(" "));
  }

  fold(s: string): string {
    const out: string[] = [];
    let previous = "";
    for (const c of s.normalize("NFKC").toLowerCase().normalize("NFKD")) {
      if (this.dropped(c, previous)) continue;
      const to = this.rules.united[c];
      previous = to === undefined ? c : "";
      out.push(to ?? (c > "\x7f" && /\p{Nd}/u.test(c) ? String(digit(c)) : c));
    }
    return out.join("").normalize("NFC");
  }

  private dropped(c: string, previous: string): boolean {
    const code = c.codePointAt(0)!;
    if (c === "ـ" || /\p{Cf}/u.test(c)) return true;
    if (code === 0x306 && previous && this.rules.breve.includes(previous.codePointAt(0)!)) return false;
    return !wordLike.test(c) || this.rules.marks.some(([from, to]) => from <= code && code <= to);
  }

  private cutWord(word: string): string {
    const { word: most } = this.rules.limits;
    return word.length > most ? [...word].slice(0, most).join("") : word;
  }

  wholeWord(term: string): boolean {
    return characters(term) < this.rules.limits.word;
  }

  tokens(text: string): Token[] {
    const out: Token[] = [];
    let pos = 0;
    for (const m of text.matchAll(run)) {
      let start = m.index!;
      if (!ideograph.test(m[0])) {
        const term = this.cutWord(this.fold(m[0]));
        if (term) out.push({ term, start, end: start + m[0].length, pos: ++pos });
        continue;
      }
      const run = [...m[0]];
      run.forEach((c, i) => {
        const end = start + c.length;
        out.push({ term: this.fold(c), start, end, pos: ++pos, cjk: true });
        const next = run[i + 1];
        if (next) out.push({ term: this.fold(c + next), start, end: end + next.length, pos, cjk: true });
        start = end;
      });
    }
    return out;
  }

  term(t: { term: string; cjk?: boolean }): string {
    if (t.cjk) return t.term;
    let stem = this.stems.get(t.term);
    if (stem === undefined) this.stems.set(t.term, (stem = this.stem(t.term)));
    return stem;
  }

  terms(text: string): string[] {
    return this.tokens(text).map((t) => this.term(t));
  }
}

function digit(c: string): number {
  const code = c.codePointAt(0)!;
  let zero = code;
  while (zero > code - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return (code - zero) % 10;
}
