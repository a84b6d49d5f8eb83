// Scripts that the core loads when they are needed. A browser or a host may have one of another version at hand.

import { Outdated, runScript, type Hub } from "../webindex";

/** What tells the scripts of one version from those of others; the build puts a number in its place. */
declare const VERSION: number;

/** part gets what another script of this version holds. */
export async function part(name: string): Promise<any> {
  const [version, content] = await runScript(`vade-${name}.js?fresh=${VERSION}`, name);
  if (version !== VERSION) throw new Outdated(`vade-${name}.js is of another version than vade-core.js`);
  return content;
}

/** handOver says what a script holds. */
export const handOver = (name: string, content: unknown) => (self as unknown as { vademecum?: Hub }).vademecum?.push(["", name, 0, [VERSION, content]]);
