// A whole site in one file: see single.go. Before this stand the scripts of the pages, in scripts. Each of them runs
// anew for every page that names it; what it listens to on window or document ends with the page.

(() => {
  "use strict";
  const own = location.href.split(/[?#]/)[0];
  const note = document.querySelector("[data-vade-note]");
  const types = self.trustedTypes;
  const pagePolicy = types?.createPolicy("vade-page", { createHTML: (text) => text }); // pages of the stores alone
  const noScripts = types?.createPolicy("vade", {
    createScriptURL() { throw new TypeError("this file loads no scripts"); },
  });
  const unpacked = new Map(); // stores, as promises
  const places = new Map(); // how far each step of the history was scrolled
  let leave = new AbortController(); // what the page listens to ends with it
  let shown = ""; // the file of the page
  let step = history.state?.vade ?? 0;
  let last = step;
  let where;

  // A store is JSON, compressed, in letters of 7, 12 and 13 bits, as single.go writes them.
  function store(id) {
    if (!unpacked.has(id)) {
      const element = document.querySelector(`script[data-store="${CSS.escape(id)}"]`);
      unpacked.set(id, element ? unpack(element.textContent, Number(element.dataset.bytes)) : Promise.resolve({}));
    }
    return unpacked.get(id);
  }

  async function unpack(text, bytes) {
    const packed = new Uint8Array(bytes); // what would be written behind its end are the bits that fill the last letter
    let at = 0, held = 0, bits = 0;
    const put = (value, count) => {
      held = (held << count) | value;
      for (bits += count; bits >= 8; held &= (1 << bits) - 1) packed[at++] = held >> (bits -= 8);
    };
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      const beyond = c - 0xc0;
      if (beyond < 0) put(c - (c > 60 ? 33 : 32), 7); // there is no <
      else if (beyond < 23 << 6) put((94 << 6) + beyond, 13);
      else put((117 << 5) + beyond - (23 << 6), 12);
    }
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  // parse takes an address apart: a path of the site, a query and an anchor.
  function parse(url) {
    const fragment = url.hash.slice(1);
    const [path, anchor] = fragment.startsWith("/") ? cut(fragment, "#") : ["/", fragment];
    return { path, search: url.search, anchor: anchor && "#" + anchor };
  }

  function cut(text, at) {
    const i = text.indexOf(at);
    return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + 1)];
  }

  const here = () => parse(location);
  const write = (to) => own + (to.search === "?" ? "" : to.search) + "#" + to.path + to.anchor;

  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  // fileOf gives the file of the site that a path means.
  function fileOf(path) {
    const name = decode(path).replace(/^\//, "");
    return [name + (name === "" || name.endsWith("/") ? "index.html" : ""), name + "/index.html"].find((file) => file in where);
  }

  // resolve tells where in the site a link leads: one of this file's own addresses, or what a script made of an address
  // of the site. Drives stand before paths on Windows.
  function resolve(href) {
    let url;
    try {
      url = new URL(href, own);
    } catch {
      return undefined;
    }
    if (url.href.split(/[?#]/)[0] === own) {
      if (url.hash.startsWith("#/")) return parse(url);
      const { path, search } = here();
      return url.hash ? { path, search, anchor: url.hash } : undefined;
    }
    if (url.protocol !== "file:" && url.origin !== location.origin) return undefined;
    const path = url.pathname.replace(/^\/[A-Za-z]:(?=\/)/, "").replace(/(^|\/)index\.html$/, "$1");
    return fileOf(path) ? { path, search: url.search, anchor: url.hash } : undefined;
  }

  // What the scripts of pages take for the address and the history.
  const place = {
    get pathname() { return here().path; },
    get search() { return location.search; },
    get hash() { return here().anchor; },
    get href() { return location.href; },
    protocol: "file:", origin: "null", host: "", hostname: "", port: "",
    replace: (href) => go(href, true),
    assign: (href) => go(href, false),
    reload: () => location.reload(),
    toString: () => location.href,
  };
  const past = {
    get state() { return history.state; },
    get length() { return history.length; },
    back: () => history.back(),
    go: (n) => history.go(n),
    pushState: (state, _, href) => note_(href, false),
    replaceState: (state, _, href) => note_(href, true),
  };

  // note_ writes an address into the history; nothing else happens.
  function note_(href, instead) {
    const to = href.startsWith("/") ? parse(new URL(own + pathFirst(href))) : resolve(href);
    if (!to) return;
    if (!instead) step = ++last;
    history[instead ? "replaceState" : "pushState"]({ vade: step }, "", write(to));
  }

  // pathFirst turns /PATH?QUERY#ANCHOR into an address of this file.
  function pathFirst(href) {
    const [before, anchor] = cut(href, "#");
    const [path, search] = cut(before, "?");
    return (search && "?" + search) + "#" + path + (anchor && "#" + anchor);
  }

  // go follows an address of the site; anything else is the browser's.
  function go(href, instead) {
    const to = resolve(href);
    if (!to) return location.assign(href);
    const file = fileOf(to.path);
    if (file && where[file] === "files") return save(file);
    if (file !== shown && stays()) {
      history.pushState({ vade: ++last }, "", write(to));
      return location.reload(); // the page has something to say, and the browser asks
    }
    const anchorOnly = file === shown && to.search === location.search && to.anchor;
    note_(write(to), instead);
    if (!anchorOnly) return show();
    window.dispatchEvent(new HashChangeEvent("hashchange"));
    jump();
  }

  // stays asks the page as a browser asks before it leaves one.
  function stays() {
    return !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  }

  async function save(file) {
    const link = document.createElement("a");
    const [kind, data] = cut((await store("files"))[file], ",");
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    link.href = URL.createObjectURL(new Blob([bytes], { type: kind.slice(5).split(";")[0] }));
    link.download = file.split("/").pop();
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  // show puts the page of the address into the document.
  async function show(scrolled) {
    leave.abort();
    const turn = (leave = new AbortController());
    const at = here();
    let file = fileOf(at.path);
    if (file && where[file] === "files") file = undefined;
    if (file?.endsWith(".html") && where[file].startsWith("?")) { // it leads on
      const [search, fragment] = cut(where[file], "#");
      const to = parse(new URL(own + (search === "?" ? at.search : search) + "#" + fragment));
      note_(write({ ...to, anchor: to.anchor || at.anchor }), true);
      return show(scrolled);
    }
    file ??= missing(at.path);
    const text = (await store(where[file]))[file];
    if (turn.signal.aborted) return;
    shown = file;
    const page = new DOMParser().parseFromString(pagePolicy ? pagePolicy.createHTML(text) : text, "text/html");
    const run = take(page, "script[src]", "src");
    const styles = take(page, "link[rel=stylesheet]", "href");
    for (const style of document.querySelectorAll("style[data-file]")) style.disabled = !styles.includes(style.dataset.file);
    document.title = page.title;
    const root = document.documentElement;
    root.lang = page.documentElement.lang;
    root.dir = page.documentElement.dir;
    stayUnpacked();
    document.body.replaceWith(document.adoptNode(page.body));
    for (const link of document.querySelectorAll("a[href]")) mend(link);
    for (const name of run) scripts[name]?.(place, past);
    document.dispatchEvent(new Event("DOMContentLoaded"));
    window.dispatchEvent(new Event("load"));
    window.dispatchEvent(new Event("pageshow"));
    root.dataset.vadePage = file;
    if (scrolled !== undefined) window.scrollTo(0, scrolled);
    else if (!jump()) {
      window.scrollTo(0, 0);
      if (step) document.querySelector("main")?.focus({ preventScroll: true }); // where reading begins
    }
  }

  // missing finds the page that stands for pages that are not there, in the language of the address.
  function missing(path) {
    const parts = decode(path).split("/").filter(Boolean);
    for (;; parts.pop()) {
      const file = [...parts, "404.html"].join("/");
      if (file in where) return file;
      if (!parts.length) return "index.html";
    }
  }

  function take(page, selector, attribute) {
    return [...page.querySelectorAll(selector)].map((element) => {
      element.remove();
      return element.getAttribute(attribute);
    });
  }

  // The stores stand in the first body, which goes; they stay in the head.
  function stayUnpacked() {
    for (const element of document.body.querySelectorAll(":scope > script[data-store]")) document.head.append(element);
  }

  // jump goes to the anchor of the address, as a browser does.
  function jump() {
    for (const element of document.querySelectorAll("[data-vade-target]")) element.removeAttribute("data-vade-target");
    const id = here().anchor.slice(1);
    const element = id && (document.getElementById(decode(id)) ?? document.getElementById(id));
    if (!element) return false;
    element.setAttribute("data-vade-target", "");
    for (let up = element; up; up = up.parentElement) if (up instanceof HTMLDetailsElement) up.open = true;
    element.scrollIntoView();
    const bare = !element.hasAttribute("tabindex");
    if (bare) element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
    if (bare) element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
    return true;
  }

  // Links within drawings hold their address in another form.
  const hrefOf = (link) => (typeof link.href === "string" ? link.href : new URL(link.getAttribute("href"), own).href);

  // mend gives a link that a script made the address within this file, so that it can be copied and opened elsewhere.
  function mend(link) {
    const href = hrefOf(link);
    const to = href.split(/[?#]/)[0] === own ? undefined : resolve(href);
    if (to) link.setAttribute("href", write(to));
  }

  // whole gives a link to a place on this page the page's address, before anybody copies it.
  function whole(event) {
    const link = event.target instanceof Element && event.target.closest("a[href^='#']");
    if (link && !link.getAttribute("href").startsWith("#/")) link.setAttribute("href", write(resolve(hrefOf(link)) ?? here()));
  }

  const listen = EventTarget.prototype.addEventListener;
  for (const target of [window, document]) {
    target.addEventListener = (type, listener, options) => {
      const all = typeof options === "object" ? options : { capture: Boolean(options) };
      listen.call(target, type, listener, { signal: leave.signal, ...all });
    };
  }

  // A click on a link within the site: scripts of the page see it first and may change the link.
  let leads; // where the link led before
  listen.call(document, "click", (event) => {
    whole(event);
    const link = event.target instanceof Element && event.target.closest("a[href]");
    leads = link ? resolve(hrefOf(link)) : undefined;
  }, true);
  for (const type of ["auxclick", "contextmenu", "focusin"]) listen.call(document, type, whole, true);
  listen.call(window, "click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!link || !leads || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.getAttribute("target") || link.hasAttribute("download")) return;
    event.preventDefault();
    const now = new URL(hrefOf(link));
    const changed = now.hash.startsWith("#/") ? parse(now) : { path: leads.path, search: now.search, anchor: now.hash };
    go(write({ ...changed, path: changed.path === "/" ? leads.path : changed.path }), false);
  });
  listen.call(window, "submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "get") return;
    const to = resolve(form.getAttribute("action") ?? "");
    if (!to) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter)).toString();
    go(write({ ...to, search: fields && "?" + fields, anchor: "" }), false);
  });
  listen.call(window, "popstate", (event) => {
    step = event.state?.vade ?? ++last;
    if (event.state?.vade === undefined) history.replaceState({ vade: step }, "");
    const file = fileOf(here().path) ?? missing(here().path);
    if (file !== shown) return void show(places.get(step));
    if (places.has(step)) window.scrollTo(0, places.get(step));
    else jump();
  });
  listen.call(window, "scroll", () => places.set(step, window.scrollY), { passive: true });
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") mend(target);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        if (node.matches("a[href]")) mend(node);
        for (const link of node.querySelectorAll("a[href]")) mend(link);
      }
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["href"] });

  // The search takes its files from the stores.
  self.vademecum = Object.assign([], {
    policy: noScripts,
    async load(file) {
      [file] = file.split("?"); // behind it stands what gets past caches
      const lang = file.split(/[/.]/)[0];
      return (await store("index-" + lang))[file] ?? (await store("pages-" + lang))[file] ?? "";
    },
  });

  async function start() {
    if (typeof DecompressionStream === "undefined") throw new Error("no DecompressionStream");
    if (document.readyState !== "complete") await new Promise((done) => listen.call(window, "load", done, { once: true }));
    history.scrollRestoration = "manual";
    where = await store("where");
    if (history.state?.vade === undefined) history.replaceState({ vade: step }, "");
    await show();
  }

  start().catch((problem) => {
    if (note) note.hidden = false;
    console.error(problem);
  });
})();
