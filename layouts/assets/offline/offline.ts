// The page on which a reader keeps the site on a device: says the size first, fetches on request, goes on after an
// interruption, fetches only what changed, asks before it switches to another version, and removes the copy.

import { inWords } from "browser/dates";
import "browser/page";
import { addressOf, cacheName, keyOf, marker, readable, stateKey, type File, type List, type State } from "./copy";

const together = 6; // requests at once
const request = 20_000; // bytes that come in the time of one more request, on a slow link

class Changed extends Error {}

function offlinePage(): void {
  const section = document.querySelector<HTMLElement>("[data-vade-offline]");
  if (!section) return;
  const words = section.dataset;
  const status = section.querySelector<HTMLElement>("[role=status]")!;
  const bar = section.querySelector("progress")!;
  const buttons = Object.fromEntries([...section.querySelectorAll("button")].map((b) => [b.name, b]));
  const own = document.documentElement.lang;
  section.hidden = false;
  if (location.protocol === "file:") return show("here", []);
  if (!("serviceWorker" in navigator) || !self.isSecureContext || !self.caches) return show("unable", []);

  const script = new URL(words.worker!, document.baseURI).href;
  const root = new URL(".", script).href;
  let stop: AbortController | undefined;
  const policy = (self as any).trustedTypes?.createPolicy("vade", {
    createScriptURL(url: string) {
      if (url !== script) throw new TypeError("not the worker of this site: " + url);
      return url;
    },
  });

  for (const name of ["keep", "continue", "update"]) buttons[name].onclick = () => alone(download);
  buttons.switch.onclick = () => alone(switchOver);
  buttons.remove.onclick = () => alone(remove);
  buttons.stop.onclick = () => stop?.abort();
  refresh();

  // alone keeps two windows from working on the copy at once.
  async function alone(work: () => Promise<void>): Promise<void> {
    const free = await navigator.locks.request(cacheName(root), { ifAvailable: true }, async (lock) => {
      if (lock) await work();
      return lock !== null;
    });
    if (!free) show("busy", []);
  }

  // refresh shows how things stand; trouble names what stopped a download.
  async function refresh(trouble = ""): Promise<void> {
    bar.hidden = true;
    const state = await read();
    const list = await latest();
    const missing = list ? await lacking(list) : [];
    const rest = missing.reduce((n, f) => n + f[2], 0);
    const values = { size: size(rest), files: number(missing.length), date: state ? date(state.at) : "" };
    const remove = state || (list && rest < list.bytes) ? ["remove"] : [];
    if (list && state?.current.version !== list.version) {
      const next = rest > 0 ? (state ? "newer" : rest < list.bytes ? "rest" : "size") : state ? "ready" : "rest";
      const button = { newer: "update", rest: "continue", size: "keep", ready: "switch" }[next]!;
      show(trouble || next, [trouble ? "continue" : button, ...remove], values);
    } else if (state && !trouble) show("kept", remove, { ...values, size: size(state.current.bytes) });
    else show(trouble || "unable", trouble ? ["continue", ...remove] : remove, values);
  }

  function show(text: string, open: string[], values: Record<string, string> = {}): void {
    status.textContent = (words[text] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
    section!.dataset.state = text;
    for (const [name, button] of Object.entries(buttons)) button.hidden = !open.includes(name);
  }

  async function latest(): Promise<List | undefined> {
    try {
      const response = await fetch(root + "offline.json", { cache: "no-cache" });
      const list: List | undefined = response.ok ? await response.json() : undefined;
      return list && readable(list) ? list : undefined;
    } catch {
      return; // no network
    }
  }

  async function read(): Promise<State | undefined> {
    if (!(await caches.has(cacheName(root)))) return;
    const state: State | undefined = await (await (await caches.open(cacheName(root))).match(stateKey(root)))?.json();
    return state && readable(state.current) ? state : undefined;
  }

  // lacking lists the files of a version that are not on the device yet.
  async function lacking(list: List): Promise<File[]> {
    const has = new Set<string>();
    if (await caches.has(cacheName(root))) {
      for (const request of await (await caches.open(cacheName(root))).keys()) has.add(request.url);
    }
    return list.files.filter(([, hash]) => {
      const key = keyOf(root, hash);
      return !has.has(key) && has.add(key); // two files of one content are one
    });
  }

  async function download(): Promise<void> {
    const state = await read();
    const turn = (stop = new AbortController());
    try {
      const list = await latest();
      if (!list) throw new TypeError("no list");
      await navigator.serviceWorker.register(policy ? policy.createScriptURL(script) : script, { updateViaCache: "none" });
      await navigator.serviceWorker.ready;
      const missing = await lacking(list);
      const all = missing.reduce((n, f) => n + f[2], 0);
      const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
      if (quota - usage < all) throw new DOMException("", "QuotaExceededError");
      navigator.storage?.persist?.().catch(() => {});
      const cache = await caches.open(cacheName(root));
      let done = 0;
      bar.hidden = false;
      const progress = () => {
        if (turn.signal.aborted) return; // what stopped it is told already
        bar.value = all ? done / all : 1;
        show("progress", ["stop"], { done: size(done), size: size(all) });
      };
      progress();
      const next = tasks(list, missing).values();
      const fetcher = async () => {
        for (const [bundle, files] of next) {
          const texts = bundle ? await open(bundle, turn.signal) : undefined;
          for (const file of files) {
            turn.signal.throwIfAborted(); // a bundle's files need no network
            await keep(cache, file, turn.signal, texts?.[file[0]]);
            done += file[2];
            progress();
          }
        }
      };
      await Promise.all(Array.from({ length: together }, fetcher));
      if (!state) await begin(cache, list);
      await refresh();
    } catch (problem) {
      const name = (problem as Error).name;
      const stopped = turn.signal.aborted && name === "AbortError";
      turn.abort(); // the others
      await refresh(stopped ? "" : name === "QuotaExceededError" ? "full" : problem instanceof Changed ? "changed" : "broken");
    }
  }

  // tasks takes a bundle where that is quicker than the files in it which are wanted, and single files for the rest.
  function tasks(list: List, missing: File[]): [bundle: string, files: File[]][] {
    const rest = new Set(missing);
    const bundled: [string, File[]][] = [];
    for (const bundle of list.bundles ?? []) {
      const files = bundle.files.map((i) => list.files[i]);
      const wanted = files.filter((f) => rest.has(f));
      const vain = files.filter((f) => !rest.has(f)).reduce((n, f) => n + f[2], 0);
      if (wanted.length < 2 || vain > wanted.length * request) continue;
      wanted.forEach((f) => rest.delete(f));
      bundled.push([bundle.name, wanted]);
    }
    return [...bundled, ...[...rest].map((f): [string, File[]] => ["", [f]])];
  }

  // open gives the texts of a bundle; without it each file is fetched by itself.
  async function open(name: string, signal: AbortSignal): Promise<Record<string, string> | undefined> {
    const response = await fetch(root + name + `?${marker}=1`, { signal, cache: "no-cache" });
    return response.ok ? response.json().catch(() => undefined) : undefined;
  }

  // bodyOf gives a file of a bundle by its text, which begins with U+FEFF where it is in UTF-16.
  const bodyOf = (text: string) => (text.startsWith("\ufeff") ? Uint16Array.from(text, (unit) => unit.charCodeAt(0)) : text);

  // keep stores one file if it is what the list says. Without its text it is fetched.
  async function keep(cache: Cache, [name, hash]: File, signal: AbortSignal, text?: string): Promise<void> {
    const address = root + addressOf(name.replace(/(^|\/)index\.html$/, "$1")) + `?${marker}=${hash.slice(0, 8)}`;
    const response = text === undefined ? await fetch(address, { signal, cache: "no-cache" }) : new Response(bodyOf(text), { headers: { "Content-Type": "text/javascript; charset=utf-8" } });
    const bytes = await response.arrayBuffer();
    const sum = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
    if (sum !== hash && text !== undefined) return keep(cache, [name, hash, 0], signal); // an older bundle
    if (sum !== hash) throw response.ok || response.status === 404 ? new Changed(name) : new TypeError(name + ": " + response.status);
    const headers = new Headers();
    for (const header of ["Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"]) {
      const value = response.headers.get(header);
      if (value) headers.set(header, value);
    }
    await cache.put(keyOf(root, hash), new Response(bytes, { headers }));
  }

  // begin makes a complete version the one that is read, and forgets all but it and the one before.
  async function begin(cache: Cache, list: List, before?: State): Promise<void> {
    const state: State = { current: list, previous: before?.current, at: new Date().toISOString() };
    await cache.put(stateKey(root), new Response(JSON.stringify(state), { headers: { "Content-Type": "application/json" } }));
    (await navigator.serviceWorker.getRegistration(root))?.active?.postMessage("changed");
    const wanted = new Set([stateKey(root), ...[list, before?.current].flatMap((l) => l?.files.map((f) => keyOf(root, f[1])) ?? [])]);
    for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
  }

  async function switchOver(): Promise<void> {
    const list = await latest();
    if (!list || (await lacking(list)).length > 0) return refresh();
    await begin(await caches.open(cacheName(root)), list, await read());
    location.reload();
  }

  async function remove(): Promise<void> {
    await caches.delete(cacheName(root));
    await (await navigator.serviceWorker.getRegistration(root))?.unregister();
    await refresh();
  }

  function size(bytes: number): string {
    const large = bytes >= 950_000;
    return new Intl.NumberFormat(own, { style: "unit", unit: large ? "megabyte" : "kilobyte", maximumFractionDigits: large ? 1 : 0 }).format(bytes / (large ? 1e6 : 1e3));
  }

  function number(n: number): string {
    return new Intl.NumberFormat(own).format(n);
  }

  function date(text: string): string {
    return inWords(section!, new Intl.DateTimeFormat(words.locale || own, { dateStyle: "long", timeStyle: "short" }).format(new Date(text)));
  }
}

offlinePage();
