// vade-inflate.js: what a browser without DecompressionStream needs.

import * as inflate from "../inflate";
import { handOver } from "./part";

handOver("inflate", inflate);
