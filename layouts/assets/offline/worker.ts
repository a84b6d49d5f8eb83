// The service worker, sw.js at the site's root. It answers from the copy that offline.ts keeps, if there is one, and
// otherwise stays out of the way. It never fetches ahead and never takes over from an older worker by itself.

import { addressOf, fileOf, keyOf, nameOf, cacheName, marker, readable, stateKey, type State } from "./copy";

const worker = self as any;
const root: string = new URL(".", worker.location.href).href;
let state: Promise<State | undefined> | undefined; // of the copy; read once

worker.addEventListener("message", () => (state = undefined)); // a page changed the copy
worker.addEventListener("fetch", (event: any) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !url.href.startsWith(root) || url.searchParams.has(marker)) return;
  const name = nameOf(url.pathname.slice(new URL(root).pathname.length));
  if (name.startsWith("api/")) return; // what else is no part of the copy stands in no list
  event.respondWith(answer(event.request, name));
});

async function answer(request: Request, name: string): Promise<Response> {
  const kept = await (state ??= read());
  if (!kept) {
    state = undefined; // there may be one later
    return fetch(request);
  }
  for (const list of [kept.current, kept.previous]) {
    // Pages of before a switch may still ask for files of the version that they are of.
    const file = list && fileOf(list, name);
    const found = file && (await match(keyOf(root, file[1])));
    if (found) return found;
    if (list && !file && fileOf(list, name + "/")) return Response.redirect(root + addressOf(name) + "/" + new URL(request.url).search);
  }
  try {
    return await fetch(request);
  } catch (problem) {
    const file = request.mode === "navigate" && fileOf(kept.current, "404.html");
    const found = file && (await match(keyOf(root, file[1])));
    if (!found) throw problem;
    return new Response(found.body, { status: 404, headers: found.headers });
  }
}

// match finds an entry of the copy. Opening a cache that was removed just now would make it again.
const match = (key: string) => caches.match(key, { cacheName: cacheName(root) });

async function read(): Promise<State | undefined> {
  const state: State | undefined = await (await match(stateKey(root)))?.json();
  return state && readable(state.current) ? state : undefined; // a copy of another format is as good as none
}
