// What makes the desk's forms more comfortable. Without it they work all the same.
(() => {
  "use strict";
  const form = document.querySelector("form.desk-form");
  const drop = document.querySelector("[data-drop]");
  if (drop) {
    const input = drop.querySelector("input[type=file]");
    const stop = (event) => { event.preventDefault(); drop.classList.toggle("over", event.type === "dragover"); };
    drop.addEventListener("dragover", stop);
    drop.addEventListener("dragleave", stop);
    drop.addEventListener("drop", (event) => { stop(event); if (event.dataTransfer.files.length) input.files = event.dataTransfer.files; });
  }
  if (!form) return;

  // A file that is too large is told before it is sent, with all that was typed.
  for (const input of form.querySelectorAll("[data-most]")) {
    input.addEventListener("change", () => {
      const large = [...input.files].some((file) => file.size > Number(input.dataset.most));
      input.setCustomValidity(large ? input.dataset.tooLarge : "");
      input.reportValidity();
    });
  }

  // Leaving with something unsaved asks first. Where nothing can ask, because the browser
  // is closed or the power goes, the desk has what was typed.
  let unsaved = form.hasAttribute("data-dirty"); // it came back with what was typed, which is in no file yet
  const showPreview = () => { // where it comes, unless it can be seen already
    const place = document.querySelector(".preview-of-page");
    const { top, bottom } = place?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
    if (top > innerHeight * .7 || bottom < innerHeight * .3) place.scrollIntoView();
  };
  const notKept = form.querySelector("[data-not-kept]");
  const tellKept = (kept) => { // once, however often it goes wrong
    const text = kept ? "" : notKept.dataset.notKept;
    if (notKept.textContent !== text) notKept.textContent = text;
  };
  let timer = 0;
  let sending;
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    sending = new AbortController();
    const data = new FormData(form);
    data.delete("attachment");
    data.set("typed", "keep");
    fetch(form.dataset.typed, { method: "POST", body: data, signal: sending.signal }).then(
      (answer) => tellKept(answer.ok),
      (err) => err.name === "AbortError" || tellKept(false)); // the desk has ended: the form is still here
  };
  const later = () => { timer ||= setTimeout(keep, 3000); };
  form.addEventListener("input", () => { unsaved = true; later(); });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "preview") return showPreview();
    unsaved = false;
    clearTimeout(timer);
    timer = 0;
    sending?.abort();
  });
  if (unsaved) later();
  addEventListener("beforeunload", (event) => {
    if (!unsaved) return;
    event.preventDefault();
    if (timer) keep();
  });

  // One key accepts or refuses the next guess, unless somebody is writing.
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      if (event.ctrlKey && event.key === "s") { event.preventDefault(); form.querySelector("[value=save]")?.click(); }
      return;
    }
    document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  });
  document.querySelector("[autofocus]")?.scrollIntoView({ block: "center" });
  document.querySelector("[data-key]")?.scrollIntoView({ block: "center" });

  const body = document.getElementById("body");
  const tools = form.querySelector("[data-tools]");
  if (!body || !tools) return;
  tools.hidden = false;
  const put = (text, from = body.selectionStart, to = body.selectionEnd) => {
    body.focus();
    body.setSelectionRange(from, to);
    // What is written so, the browser's own undo takes back.
    if (document.execCommand("insertText", false, text)) return;
    body.setRangeText(text, from, to, "end");
    body.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const lines = (change) => {
    const from = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1;
    const end = body.value.indexOf("\n", body.selectionEnd);
    const to = end < 0 ? body.value.length : end;
    put(body.value.slice(from, to).split("\n").map(change).join("\n"), from, to);
  };
  const selected = () => body.value.slice(body.selectionStart, body.selectionEnd);
  const link = document.getElementById("link-to");
  const insert = {
    heading: () => lines((l) => `## ${l.replace(/^#+ */, "")}`),
    bold: () => put(`**${selected()}**`),
    list: () => lines((l) => `- ${l.replace(/^[-*] */, "")}`),
    note: () => {
      const n = 1 + Math.max(0, ...[...body.value.matchAll(/\[\^(\d+)\]/g)].map((m) => Number(m[1])));
      put(`[^${n}]`);
      put(`\n\n[^${n}]: `, body.value.trimEnd().length, body.value.length);
    },
    table: () => put("\n\n| A | B |\n| --- | --- |\n|  |  |\n\n"),
    link: async () => {
      if (!link.value) return link.focus();
      const found = await (await fetch(`${link.dataset.find}?q=${encodeURIComponent(link.value)}`)).json();
      const page = found.find((p) => p.Title === link.value) ?? found[0];
      if (!page) return link.focus();
      put(`[${selected() || page.Title}](${page.Address})`);
      link.value = "";
    },
  };
  tools.addEventListener("click", (event) => insert[event.target.closest("button")?.dataset.insert]?.());
  link.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); insert.link(); } });

  // What is pasted from Word or a web page becomes Markdown.
  body.addEventListener("paste", async (event) => {
    const html = event.clipboardData.getData("text/html");
    if (!html) return;
    event.preventDefault();
    const plain = event.clipboardData.getData("text/plain");
    const [from, to] = [body.selectionStart, body.selectionEnd];
    const data = new URLSearchParams({ token: form.elements.token.value, html });
    try {
      const answer = await fetch(body.dataset.paste, { method: "POST", body: data });
      put(answer.ok ? await answer.text() : plain, from, to);
    } catch {
      put(plain, from, to);
    }
  });
})();
