// Pages that vade serve --watch shows: reload after a build, tell what a broken one says, and lead to the desk if it runs.
(() => {
  const script = document.currentScript;
  let seen = script.dataset.build;
  const events = new EventSource(script.src.replace("reload.js", "events"));
  const box = document.createElement("pre");
  Object.assign(box.style, { position: "fixed", inset: "auto 0 0 0", maxHeight: "60vh", overflow: "auto", margin: 0, padding: "1rem", zIndex: 9, background: "#7a0000", color: "#fff", whiteSpace: "pre-wrap", font: "14px/1.5 monospace" });
  box.setAttribute("role", "alert");
  const edit = document.createElement("a");
  edit.textContent = "Edit this page";
  edit.lang = "en";
  Object.assign(edit.style, { position: "fixed", inset: "auto auto 1rem 1rem", padding: ".4rem .8rem", zIndex: 8, background: "#1f2937", color: "#fff", font: "14px/1.5 sans-serif" });
  events.onmessage = (event) => {
    const { build, error, desk } = JSON.parse(event.data);
    if (build !== seen) return location.reload();
    box.textContent = error;
    if (error) document.body.append(box);
    else box.remove();
    edit.href = `${desk}at?${new URLSearchParams({ address: location.pathname })}`;
    if (desk) document.body.append(edit);
    else edit.remove();
  };
})();
