// Trusted Types ask who says that an address may be a script's.

import type { Hub } from "./webindex";

/** allow makes the policy by which scripts of the search's own folder, and no others, are let in. */
export function allow(hub: Hub): void {
  try {
    hub.policy ??= (self as unknown as { trustedTypes?: any }).trustedTypes?.createPolicy("vade", {
      createScriptURL(url: string) {
        const folder = hub.folder ?? "";
        if (!url.startsWith(folder) || !/^[\w/-]+\.js(\?fresh=\d+)?$/.test(url.slice(folder.length))) throw new TypeError("not of the search: " + url);
        return url;
      },
    });
  } catch { /* the page allows no such policy; if it demands one, loading says so */ }
}
