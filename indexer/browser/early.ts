// The search page asks for its first shards as soon as the manifest is there, while its script is still on the way: on a
// slow line that saves a wait. Which shards hold the words is guessed, since no stem is known yet; a stem begins as its
// word does, so mostly it stands in the same shard.

import type { Manifest } from "./index";
import { placeOf, shardOf } from "./shards";
import type { Hub } from "./webindex";

const mostWords = 8;

/** askEarly begins to get the shards of the words that the page's address asks for, once its manifest comes. */
export function askEarly(): void {
  const query = new URLSearchParams(location.search).get("q");
  if (!query || location.protocol === "file:") return;
  const hub = ((self as unknown as { vademecum?: Hub }).vademecum ??= [] as unknown as Hub);
  const asked = new Map<string, Promise<Response>>();
  hub.asked = (file) => {
    const response = asked.get(file);
    asked.delete(file); // which can be read once
    return response;
  };
  hub.push = (entry) => {
    const { src } = (document.currentScript ?? {}) as HTMLScriptElement;
    const count = Array.prototype.push.call(hub, entry);
    if (entry[1] === "m" && src) try {
      for (const file of guess(query, entry[3])) {
        const response = fetch(new URL(file, src));
        response.catch(() => {}); // who waits for it is told
        asked.set(file, response);
      }
    } catch { /* a damaged manifest: who reads it refuses it and says so */ }
    return count;
  };
}

/** guess gives the files of the shards in which the words of a query probably are. */
export function guess(query: string, m: Manifest): Set<string> {
  if (!m.from.t || m.inline?.t) return new Set();
  const words = query.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return new Set(words.slice(0, mostWords).map((word) => placeOf(m, "t", shardOf(m, word, "t")).file));
}
