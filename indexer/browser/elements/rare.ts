// vade-rare.js: what few searches need.

import * as rare from "../rare";
import { search } from "./api";
import { handOver } from "./part";
import refusals from "./words-refused.json";

const all = { ...rare, search, refusals };

export type Rare = typeof all;

handOver("rare", all);
