// The project's own search page: the element <vade-results> over the markup that the page has already. Its core comes
// with it, since whoever opens this page wants to search.

import { define, type Core } from "./elements/define";
import "./page";
import { allow } from "./policy";
import { searchPage } from "./results";
import { hub } from "./webindex";

allow(hub);
define(() => Promise.resolve({ results: async (element: HTMLElement) => searchPage(element) } as unknown as Core));
