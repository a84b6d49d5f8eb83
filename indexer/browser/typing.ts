// What a person types into a field, whatever the method of input: a phonetic one shows letters before the word is meant.

/** Typing is told by whenTyped: whether a word is being composed, and a way to forget what was typed last. */
export interface Typing { composing(): boolean; forget(): void; again(): void }

/** whenTyped calls act so many milliseconds after the last letter, and quiet when an input method begins to compose. */
export function whenTyped(field: HTMLInputElement, wait: number, act: () => void, quiet: () => void): Typing {
  let [timer, composing] = [0, false];
  const again = () => {
    clearTimeout(timer);
    if (!composing) timer = window.setTimeout(act, wait);
  };
  field.addEventListener("compositionstart", () => {
    composing = true;
    clearTimeout(timer);
    quiet();
  });
  field.addEventListener("compositionend", () => {
    composing = false;
    again();
  });
  field.addEventListener("input", again);
  return { composing: () => composing, forget: () => clearTimeout(timer), again };
}
