// What a search page whose address holds a query asks for while its own script is still on the way: the shards in which
// the words probably stand. A stem mostly stands where its word would stand in the order of terms. A shard that was
// guessed wrong is a few kilobytes for nothing; one that was not guessed comes a little later.

import type { Manifest } from "./index";
import { firsts, format, placeOf, shardOf } from "./shards";
import type { Entry, Hub } from "./webindex";

const most = 12; // words

// early lets the files that an answer needs travel as soon as the manifest is there.
function early(): void {
  if (location.protocol === "file:") return; // where nothing can be fetched
  const hub = ((self as unknown as { vademecum?: Hub }).vademecum ??= [] as unknown as Hub) as Hub & { slice(): Entry[] };
  const { push } = hub;
  const sent = new Map<string, Promise<Response>>();
  hub.fetch = (url) => {
    const got = sent.get(url) ?? fetch(url);
    sent.delete(url); // whoever asks again wants it anew
    return got;
  };
  const ask = ([lang, group, , content]: Entry) => {
    const script = [...document.scripts].find(({ src }) => src.endsWith(`/${lang}.js`));
    if (group !== "m" || !script) return;
    for (const file of probable(content, new URLSearchParams(location.search))) {
      const url = new URL(file, script.src).href;
      const got = fetch(url);
      got.catch(() => {}); // who asks for it is told
      sent.set(url, got);
    }
  };
  hub.push = (entry) => {
    push.call(hub, entry);
    ask(entry);
  };
  hub.slice().forEach(ask); // what came before this script
}

// probable lists the files that a query probably needs.
function probable(m: Manifest, asks: URLSearchParams): Set<string> {
  const out = new Set<string>();
  const query = asks.get("q") ?? "";
  if (m.format !== format || !query || (asks.get("lang") || m.lang) !== m.lang) return out;
  if (firsts(m, "t") && !m.inline?.t) for (const word of roughly(query)) out.add(placeOf(m, "t", shardOf(m, word, "t")).file);
  if (m.facets && !m.inline?.f) out.add(placeOf(m, "f", 0).file);
  return out;
}

// roughly splits and folds a text much as text.ts does.
function roughly(query: string): string[] {
  const words = query.normalize("NFKD").toLowerCase().replace(/(?![\u0306\u3099\u309a])\p{M}/gu, "").normalize("NFC").match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, most).flatMap((word) => {
    if (!/^\p{Script=Han}/u.test(word)) return word.replace(/^ال/, ""); // the Arabic article is no part of a stem
    const characters = [...word].slice(0, most);
    return characters.flatMap((c, i) => [c, ...(i ? [characters[i - 1] + c] : [])]);
  });
}

early();
