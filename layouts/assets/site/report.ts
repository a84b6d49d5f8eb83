// A report of a mistake names the passage: what the reader has marked, or the section of the address. The letter follows
// what is typed.

export function report(details: HTMLDetailsElement): void {
  const field = details.querySelector("textarea");
  const letter = details.querySelector<HTMLAnchorElement>("a[href^='mailto:']");
  if (!field) return;
  let marked = "";
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (selection && !details.contains(selection.anchorNode)) marked = selection.toString().trim().slice(0, 300) || marked;
  });
  details.addEventListener("toggle", () => {
    const passage = marked || location.hash;
    const line = `${field.dataset.passage}: `;
    if (details.open && passage && !field.value.includes(line)) field.value = field.value.trimEnd() + `\n\n${line}${passage}\n`;
    write();
  });
  field.addEventListener("input", write);

  function write(): void {
    if (!letter) return;
    letter.href = letter.href.replace(/body=.*$/, "body=" + encodeURIComponent(field!.value));
  }
}
