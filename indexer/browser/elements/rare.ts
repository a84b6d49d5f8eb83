// vade-rare.js: what few searches need.

import * as rare from "../rare";
import { search } from "./api";
import { handOver } from "./part";
import { refusalFor } from "./refusal-for";

const all = { ...rare, search, refusalFor };

export type Rare = typeof all;

handOver("rare", all);
