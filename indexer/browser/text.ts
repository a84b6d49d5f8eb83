// Words to terms, as ../text does: the same steps and names. What differs between languages comes as data with the
// manifest of the web index.

import { parseStemmer } from "./stem";

/** The rules of words: webRules in ../webindex.go. */
export interface Rules {
  marks: [number, number][]; united: Record<string, string>; breve: number[]; particle: string; stemmer?: string; spellings?: string; stop?: string;
  quotes: Record<string, string>; link: number; weights: Record<string, number>; limits: Record<string, number>; idfSteps: number;
}
/** A term of a text: a word folded to the form that is compared, and where it stands. */
export interface Token { term: string; written?: string; start: number; end: number; pos: number; parts?: number; cjk?: boolean }

/** A word that several of a text are together: where these begin among its tokens, how many they are, whether there is a space between. */
export interface Compound { term: string; first: number; parts: number; apart: boolean | undefined }

const ideographs = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}";
const syllables = "(?=[\\p{L}\\p{M}])[\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]";
const run = new RegExp(`[${ideographs}]+|(?:${syllables})+|(?:(?![${ideographs}\\u200b]|${syllables})[\\p{L}\\p{N}\\p{M}\\p{Cf}])+`, "gu");
const syllable = new RegExp(`^${syllables}`, "u");
const oneSyllable = /(?:[\u17d2\u1039]+.?|.)(?:[\u17d2\u1039]+.?|[\p{M}\u1160-\u11ff])*/gsu;
export const hangul = /^\p{Script=Hangul}/u;
export const ideograph = new RegExp(`^[${ideographs}]`, "u");
export const wordLike = /^(?!\u200b)[\p{L}\p{N}\p{M}\p{Cf}]/u;

export const characters = (s: string) => [...s].length;

/** byText orders strings by their characters, as Go does: a script by itself puts U+10000 before U+E000. */
export function byText(a: string, b: string): number {
  const place = (unit: number) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i < a.length && i < b.length ? place(a.charCodeAt(i)) - place(b.charCodeAt(i)) : a.length - b.length;
}

const lower = (s: string) => s.normalize("NFKC").toLowerCase();

/** Language is words to terms for one language. */
export class Language {
  stop: Set<string>;
  private stem: (word: string) => string;
  private stems = new Map<string, string>();
  private spelled = new Map<string, string>(); // the terms of words whose accents matter
  private accents: boolean; // stems depend on them

  constructor(private rules: Rules) {
    this.stem = rules.stemmer ? parseStemmer(rules.stemmer) : (w) => w;
    this.accents = /^written/.test(rules.stemmer ?? "");
    for (const [, common, word, term] of (rules.spellings ?? "").matchAll(/(\S*)-(\S*)-(\S*)/g)) this.spelled.set(common + word, common + term);
    this.stop = new Set((rules.stop || "").split(" "));
  }

  fold(s: string): string {
    const out: string[] = [];
    let previous = "";
    for (const c of lower(s).normalize("NFKD")) {
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

  /** written gives a word with its accents, in small letters, where they matter. */
  private written(word: string, term: string): string | undefined {
    return this.accents && this.wholeWord(term) ? lower(word).replace(/\u0307|\p{Cf}/gu, "") : undefined;
  }

  wholeWord(term: string): boolean {
    return characters(term) < this.rules.limits.word;
  }

  tokens(text: string): Token[] {
    const out: Token[] = [];
    let pos = 0;
    let named = 0; // where the last compound ends
    let whole: Token | undefined;
    let after = 0; // tokens with the whole
    for (const m of text.matchAll(run)) {
      let start = m.index!;
      if (!ideograph.test(m[0]) && !syllable.test(m[0])) {
        const end = start + m[0].length;
        if (start >= named && m[0] < "\x80") {
          const [name, to] = compoundAt(text, start, this.rules.limits.word);
          named = to;
          if (name) after = out.push((whole = { term: name, start, end: to, pos: pos + 1 }));
        }
        const sign = start >= named ? signAt(text, start, end) : end;
        const term = sign > end ? text.slice(start, sign).toLowerCase() : this.cutWord(this.fold(m[0]));
        if (sign > end) out.push({ term, start, end: sign, pos: ++pos });
        else if (term) {
          const parts = humps(m[0]);
          out.push({ term, written: this.written(m[0], term), start, end, pos: ++pos, parts: parts.length });
          let from = start;
          for (const part of parts) {
            out.push({ term: this.cutWord(part.toLowerCase()), start: from, end: from + part.length, pos });
            from += part.length;
          }
        }
        if (start < named && whole) whole.parts = out.length - after;
        continue;
      }
      const add = (end: number, step = 1) => out.push({ term: this.fold(text.slice(start, end)), start, end, pos: (pos += step), cjk: true });
      if (syllable.test(m[0])) {
        const parts = m[0].match(oneSyllable)!;
        const noun = parts.length < 4 && RegExp(this.rules.particle).test(this.fold(m[0]));
        if (noun) add(start + parts[0].length);
        parts.slice(0, Math.max(1, parts.length - 1)).forEach((part, i) => {
          add(start + (part + (parts[i + 1] ?? "")).length, noun && !i ? 0 : 1);
          start += part.length;
        });
        continue;
      }
      [...m[0]].forEach((c, i, run) => {
        add(start + c.length);
        if (run[i + 1]) add(start + (c + run[i + 1]).length, 0);
        start += c.length;
      });
    }
    return out;
  }

  term(t: { term: string; written?: string; cjk?: boolean }): string {
    if (t.cjk || !plainWord(t.term)) return t.term;
    const word = t.written || t.term;
    const stem = this.spelled.get(t.term) ?? this.stems.get(word) ?? (this.fold(this.stem(word)) || t.term);
    this.stems.set(word, stem);
    return stem;
  }

  phraseTerms(text: string): string[] {
    return phraseTokens(this.tokens(text)).map((t) => this.term(t));
  }

  /**
   * compounds gives what signs make of the tokens of a text, and, of one of at most so many tokens, what pairs of words would be
   * without the space between: where their parts begin, and how many these are.
   */
  compounds(text: string, all: Token[], paired = 0): Compound[] {
    const out = [];
    const joint = (i: number, space = false) => {
      const [a, b] = [all[i], all[i + 1]];
      const between = text.slice(a.end, b?.start);
      return b && [a, b].every((t) => !t.parts && !t.cjk && plainWord(t.term)) && (space ? between === " " : /^[-\u2010\u2011\xb7]$/.test(between) || /^(\p{L}{1,2}[.&/]\p{L}{1,2}|\d{1,3},\d{3})$/u.test(a.term + between + b.term));
    };
    for (let first = 0; first < all.length; first++) {
      let parts = 1;
      while (joint(first + parts - 1)) parts++;
      const apart = all.length <= paired && joint(first, true) && (!this.stop.has(this.term(all[first])) || characters(all[first + 1].term) >= this.rules.limits.long);
      if (apart) parts++;
      const joined = all.slice(first, first + parts);
      const term = joined.map((t) => t.term).join("");
      const written = joined.map((t) => t.written || t.term).join("");
      if (parts > 1 && this.wholeWord(term) && (/[^0-9]/.test(term) || text[all[first].end] === ",")) out.push({ term: this.term({ term, written }), first, parts, apart });
      if (!apart) first += parts - 1;
    }
    return out;
  }

  terms(text: string): string[] {
    return this.tokens(text).map((t) => this.term(t));
  }
}

const plainWord = (term: string) => !/[-._+#]/.test(term);

/** phraseTokens leaves one token for each place: the parts of a name with signs, the whole of one with capitals inside. */
export function phraseTokens(all: Token[]): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < all.length; i++) {
    if (all[i].parts && !plainWord(all[i].term)) continue;
    out.push(all[i]);
    i += all[i].parts ?? 0;
  }
  return out;
}

/** compoundAt gives the whole form of the name of code or of a file that begins with the word at a place, and its end. */
function compoundAt(text: string, at: number, most: number): [whole: string, end: number] {
  const before = text.slice(Math.max(0, at - 3), at);
  const flag = /(^|[^\w\x80-\uffff.-])--$/.test(before);
  const from = flag ? at - 2 : /(^|[^\w\x80-\uffff.)\]])\.$/.test(before) && !/\d/.test(text[at]) ? at - 1 : at;
  const [name] = text.slice(at, at + most + 2).match(flag ? /^\w+(-\w+)*/ : /^\w+(\.\w+)*/)!;
  const end = at + name.length;
  const whole = text.slice(from, end);
  if (/^([^\W_]+|[a-z]{1,2}(\.[a-z]{1,2})+)$/i.test(whole) || end - from > most || text[end] >= "\x80") return ["", at];
  return [whole.replace(/^_+|_+$/g, "").toLowerCase().replace(/^v([\d.]+)$/, "$1"), end];
}

/** signAt gives the end of the ++ of C++ or the # of C#, which a version may follow. */
function signAt(text: string, from: number, at: number): number {
  const name = /^([a-z]#|[^+#]*[a-z]\+\+)(?![a-z_+#\x80-\uffff])/i.exec(text.slice(from, at + 3));
  return name ? from + name[0].length : at;
}

/** humps cuts firstOrCreate and HasManyThrough, and leaves JavaScript whole. */
function humps(word: string): string[] {
  const parts = /[^\x00-\x7f]/.test(word) ? [] : word.match(/[A-Z]+(?![a-z])[a-z0-9]*|[A-Z]?[a-z0-9]+/g) ?? [];
  return parts.length > (/^[A-Z]/.test(word) ? 2 : 1) ? parts : [];
}

function digit(c: string): number {
  let value = 0; // each script's ten digits stand side by side
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(c.codePointAt(0)! - value - 1))) value++;
  return value;
}

/** unnumbered takes from a title or a heading what numbers it: "7.2. ", "Chapter 28. ". Go has the same expression. */
export const unnumbered = (name: string): string => name.replace(/^(?:\d{1,3}(?:\.\d{1,3})*\.|\p{L}+[ \xa0](?:\d{1,3}|[IVXLC]{1,6}|[A-Z])[.:])[ \xa0]+(?=.)/u, "");
