// Answers from the endpoint of a site that has one.

import type { Source, Wants } from "./ask";
import { Refused, type Answer } from "./search";

const patience = 2500; // milliseconds that the endpoint has for an answer

/** askEndpoint answers what an address asks for, or throws: what the endpoint refuses as Refused. */
export async function askEndpoint(asks: URLSearchParams, { endpoint, own }: Source, { size = 10, unfinished, signal }: Wants): Promise<Answer> {
  const query = new URLSearchParams(asks);
  if (!query.get("lang")) query.set("lang", own);
  query.set("size", String(size));
  if (unfinished) query.set("typing", "1");
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patience);
  signal?.addEventListener("abort", () => late.abort());
  try {
    const response = await fetch(endpoint + "?" + query, { signal: late.signal, headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (answer.error?.code && response.status === 400) throw new Refused(answer.error.code, answer.error.params);
    if (!response.ok || !Array.isArray(answer.pages)) throw new Error(`${endpoint}: ${response.status}`);
    return answer as Answer;
  } finally {
    clearTimeout(timer);
  }
}
