// Words that a result showed are lit up on the page it leads to: its link carries them as ?q=. Nothing in the page is
// changed for it; browsers without the Custom Highlight API show the page as it is.

export function highlight(): void {
  const words = (new URLSearchParams(location.search).get("q") ?? "").split(/\s+/).map(fold).filter(Boolean).slice(0, 20);
  const registry = (CSS as { highlights?: Map<string, unknown> }).highlights;
  const main = document.querySelector("main");
  const Marks = (self as { Highlight?: new (...ranges: Range[]) => unknown }).Highlight;
  if (!words.length || !registry || !Marks || !main) return;
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && ranges.length < 500) ranges.push(...within(walker.currentNode as Text, words));
  registry.set("vade", new Marks(...ranges));
}

// within finds whole words in a text, whatever their case and accents.
function within(node: Text, words: string[]): Range[] {
  const text = node.data;
  let folded = "";
  const at: number[] = []; // where each folded letter begins
  for (let i = 0; i < text.length; i++) {
    const piece = fold(text[i]);
    for (let k = 0; k < piece.length; k++) at.push(i);
    folded += piece;
  }
  at.push(text.length);
  const found: Range[] = [];
  for (const word of words) {
    for (let i = folded.indexOf(word); i >= 0; i = folded.indexOf(word, i + word.length)) {
      const end = i + word.length;
      if (joins(folded[i - 1], word[0]) || joins(word[word.length - 1], folded[end])) continue;
      const range = document.createRange();
      range.setStart(node, at[i]);
      range.setEnd(node, at[end]);
      found.push(range);
    }
  }
  return found;
}

// joins tells whether two letters belong to one word; ideographs stand for themselves.
function joins(a: string | undefined, b: string | undefined): boolean {
  const letter = (c: string | undefined) => c !== undefined && /[\p{L}\p{N}]/u.test(c) && !/\p{Script=Han}/u.test(c);
  return letter(a) && letter(b);
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
