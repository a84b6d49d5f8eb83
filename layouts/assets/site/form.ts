// A worksheet or letter (partials worksheet.html, letter.html): what is typed can be saved to a file, loaded again,
// printed and cleared. Drafts of requests describe a State's weaknesses, so nothing stays in the browser unless asked.

import { inWords } from "browser/dates";
import { whenRestored } from "./restored";
import { parsed, store, stored } from "./storage";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
type Answers = Record<string, string>;

/** The format of saved files that this script writes and reads. */
const format = 1;

export function worksheet(form: HTMLFormElement): void {
  const name = form.dataset.worksheet ?? "";
  const place = "vade-form-" + name;
  const status = form.querySelector<HTMLElement>("[role=status]");
  const buttons = form.querySelector<HTMLElement>(".buttons");
  const picker = form.querySelector<HTMLInputElement>("input[type=file]");
  const keep = form.querySelector<HTMLInputElement>("input[name=keep]");
  if (!status || !buttons || !picker || !keep) return;
  const fields = ([...form.elements] as Field[]).filter((f) => f.name && f.id.startsWith("field-"));
  let unsaved = false;

  buttons.hidden = false;
  const kept: Answers | undefined = parsed(stored(place));
  if (kept) {
    keep.checked = true;
    fill(kept);
  }
  mirror();
  whenRestored(mirror);

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target === keep || event.target === picker) return;
    unsaved = true;
    mirror();
    if (keep.checked) keepAnswers();
  });
  keep.addEventListener("change", () => {
    if (keep.checked) say(keepAnswers() ? "kept" : "unable");
    else {
      forget();
      say("forgotten");
    }
  });
  picker.addEventListener("change", async () => {
    const file = picker.files?.[0];
    picker.value = "";
    if (file) say(load(await file.text()));
  });
  buttons.addEventListener("click", (event) => {
    switch ((event.target as HTMLElement).closest("button")?.name) {
      case "save":
        save();
        return say("saved");
      case "load":
        return picker.click();
      case "print":
        return print();
      case "clear":
        form.reset();
        forget();
        unsaved = false;
        mirror();
        return say("cleared");
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved && !keep.checked) event.preventDefault();
  });

  function say(what: string): void {
    status!.textContent = form.dataset[what] ?? "";
  }

  function answers(): Answers {
    const all: Answers = {};
    for (const f of fields) {
      const value = f instanceof HTMLInputElement && f.type === "checkbox" ? (f.checked ? f.value : "") : f.value;
      if (value) all[f.name] = value;
    }
    return all;
  }

  function fill(all: Answers): void {
    for (const f of fields) {
      const value = all[f.name] ?? "";
      if (f instanceof HTMLInputElement && f.type === "checkbox") f.checked = value !== "";
      else f.value = value;
    }
  }

  // mirror writes the answers where paper shows them: below each question, and into the letter's blanks.
  function mirror(): void {
    for (const f of fields) {
      const output = f.parentElement?.querySelector("output");
      let text = f.value;
      if (f instanceof HTMLSelectElement) text = f.value ? f.selectedOptions[0].text : "";
      else if (f instanceof HTMLInputElement && f.type === "checkbox") text = (f.checked ? output?.dataset.yes : output?.dataset.no) ?? "";
      else if (f instanceof HTMLInputElement && f.type === "date" && f.value) text = day(f.value);
      if (output) output.textContent = text;
      for (const blank of document.querySelectorAll<HTMLElement>(`[data-blank="${f.name}"]`)) {
        blank.dataset.label ??= blank.textContent ?? "";
        blank.textContent = text || blank.dataset.label;
        blank.classList.toggle("filled", text !== "");
      }
    }
  }

  function day(value: string): string {
    return inWords(form, new Date(value + "T00:00:00Z").toLocaleDateString(form.dataset.locale, { dateStyle: "long", timeZone: "UTC" }));
  }

  function save(): void {
    const file = new Blob([JSON.stringify({ format, form: name, answers: answers() }, null, 1)], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${name}-${new Date().toISOString().slice(0, 10)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    unsaved = false;
  }

  // load takes the text of a saved file and gives the name of what to say.
  function load(text: string): string {
    const saved: { format?: unknown; form?: unknown; answers?: unknown } | undefined = parsed(text);
    if (!saved || (saved.format ?? 1) !== format) return "foreign"; // the first files did not say their format
    if (typeof saved.form !== "string" || !saved.answers || typeof saved.answers !== "object") return "foreign";
    if (saved.form !== name) return "other";
    fill(Object.fromEntries(Object.entries(saved.answers).filter((pair) => typeof pair[1] === "string")) as Answers);
    unsaved = false;
    mirror();
    if (keep!.checked) keepAnswers();
    return "loaded";
  }

  function keepAnswers(): boolean {
    return (keep!.checked = store(place, JSON.stringify(answers())));
  }

  function forget(): void {
    keep!.checked = false;
    store(place, null);
  }
}
