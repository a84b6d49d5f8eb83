// vade.js, the script that a page of any site names: it knows the elements and loads their core, which lies beside it.

import { define, type Core } from "./define";
import { allow } from "../policy";
import type { Hub } from "../webindex";

const script = document.currentScript as HTMLScriptElement | null;
const owner = self as unknown as { vademecum?: Hub };
const hub = (owner.vademecum ??= [] as unknown as Hub);

if (script?.src && !hub.folder) {
  const folder = (hub.folder = new URL(".", script.src).href);
  allow(hub); // where a site demands Trusted Types, it has to allow the policy named vade
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
