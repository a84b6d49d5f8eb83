// What the worker and the page of the offline copy agree on. Files are kept by their content, so that a file which
// two versions share is fetched and stored once.

export type File = [name: string, sha256: string, size: number];

/** The format of lists that this script reads; cmd/vade/internal/portable/offline.go writes the same. */
const format = 1;

/** The list of a version's files, offline.json, which vade build writes. */
export interface List { format?: number; version: string; bytes: number; files: File[]; bundles?: Bundle[] }

/** A bundle holds the texts of some files, by name; files are their places in the list. */
export interface Bundle { name: string; files: number[] }

/** Which version is read, and since when; the one before is kept for pages that are still open. */
export interface State { current: List; previous?: List; at: string }

/** readable tells whether a list is of our format, which the first ones did not say. */
export const readable = (list: List): boolean => (list.format ?? 1) === format;

/** A parameter of requests that must not be answered from the copy. */
export const marker = "vade-copy";

export const cacheName = (root: string) => "vade-copy " + root;
export const keyOf = (root: string, sha256: string) => `${root}.vade/${sha256}`;
export const stateKey = (root: string) => root + ".vade/state";

/** addressOf is the address of a file from the site's root, nameOf the other way. */
export const addressOf = (name: string) => name.split("/").map(encodeURIComponent).join("/");
export function nameOf(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address; // no file of ours
  }
}

/** fileOf finds what is answered at an address of the site. */
export function fileOf(list: List, name: string): File | undefined {
  if (name === "" || name.endsWith("/")) name += "index.html";
  return list.files.find(([n]) => n === name);
}
