// Packed shards of a web index: ../webpacked.go writes them, and ../webindex.go tells how.

import { inflater } from "./rarely";

const block = 128; // units that share a key
const mostUnpacked = 1 << 26; // bytes

/** bytesOf reads the bytes that units hold. */
export function bytesOf(units: string): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(units.length * 2);
  let size = 0;
  for (let i = 0, left = 0, key = 0; i < units.length; i++) {
    let unit = units.charCodeAt(i);
    if (left--) {
      if (unit === 32) unit = units.charCodeAt(++i) ^ 32768;
      out[size++] = unit ^= key;
      out[size++] = unit >> 8;
    } else [key, left] = [unit, block];
  }
  return out.subarray(+!out[0], size); // a 0 makes their number even
}

/** unpack gives the content that units hold; what is damaged is an error. */
export async function unpack(units: string): Promise<any> {
  const bytes = bytesOf(units);
  const parts: BlobPart[] = [];
  if (globalThis.DecompressionStream) {
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    for (let part, left = mostUnpacked; left > 0 && (part = (await reader.read()).value); left -= part.length) parts.push(part); // what is cut off is no JSON
  } else parts.push((await inflater()).inflate(bytes, mostUnpacked));
  return JSON.parse(await new Blob(parts).text());
}
