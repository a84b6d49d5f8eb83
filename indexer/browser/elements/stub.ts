// vade.js, the script that a page of any site names: it knows the elements and loads their core, which lies beside it.

import { define, type Core } from "./define";
import type { Hub } from "../webindex";

const script = document.currentScript as HTMLScriptElement | null;
const owner = self as unknown as { vademecum?: Hub; trustedTypes?: any };
const hub = (owner.vademecum ??= [] as unknown as Hub);

if (script?.src && !hub.folder) {
  const folder = (hub.folder = new URL(".", script.src).href);
  // Where a site demands Trusted Types, it has to allow the policy named vade: for scripts of this folder alone.
  try {
    hub.policy = owner.trustedTypes?.createPolicy("vade", {
      createScriptURL(url: string) {
        if (!url.startsWith(folder) || !/^[\w/-]+\.js(\?fresh=\d+)?$/.test(url.slice(folder.length))) throw new TypeError("not of the search: " + url);
        return url;
      },
    });
  } catch { /* the site allows no such policy; if it demands one, loading says so */ }
  let core: Promise<Core> | undefined;
  const load = () => {
    if (!core) {
      core = new Promise<Core>((done, failed) => {
        const element = document.createElement("script");
        const url = folder + "vade-core.js";
        hub.arrived = done;
        element.onerror = failed;
        try {
          element.src = hub.policy ? hub.policy.createScriptURL(url) : url;
          document.head.append(element);
        } catch (refused) {
          failed(refused);
        }
      });
      core.catch(() => (core = undefined));
    }
    return core;
  };
  hub.search = (query, options) => load().then((c) => c.search(query, options));
  define(load);
}
