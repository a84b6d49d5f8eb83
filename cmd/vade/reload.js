// Pages that vade serve --watch shows: reload after a build, and tell what a broken one says.
(() => {
  const script = document.currentScript;
  let seen = script.dataset.build;
  const events = new EventSource(script.src.replace("reload.js", "events"));
  const box = document.createElement("pre");
  Object.assign(box.style, { position: "fixed", inset: "auto 0 0 0", maxHeight: "60vh", overflow: "auto", margin: 0, padding: "1rem", zIndex: 9, background: "#7a0000", color: "#fff", whiteSpace: "pre-wrap", font: "14px/1.5 monospace" });
  box.setAttribute("role", "alert");
  events.onmessage = (event) => {
    const { build, error } = JSON.parse(event.data);
    if (build !== seen) return location.reload();
    box.textContent = error;
    if (error) document.body.append(box);
    else box.remove();
  };
})();
