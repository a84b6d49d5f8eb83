// What stands around the search page, and what it asks for before its own script is there.

import { askEarly } from "browser/early";
import "./frame";

askEarly();
