// vademecum search: types for scripts of a site that uses vade.js. Copy this file, or name it in a tsconfig.

/** A piece of text; match tells whether it is what was searched for. */
export interface VadeSegment { text: string; match?: boolean }
export interface VadeSection { url: string; heading?: string; excerpt: VadeSegment[] }
export interface VadePage {
  url: string; title: string; lang: string; score: number; date?: string;
  /** another name by which the page was found */ why?: string;
  /** the query names this page or place */ direct?: boolean;
  facets?: Record<string, string[]>; translations?: { lang: string; url: string }[]; sections: VadeSection[];
}
export interface VadeAnswer {
  query: string; lang: string;
  /** pages that hold all words */ total: number; page: number;
  correction?: { shown: string; typed: string };
  partial?: true; // the query was more work than is done for one
  pages: VadePage[]; facets: Record<string, { value: string; label: string; count: number }[]>;
}
export interface VadeOptions {
  /** language to search in, "*" for all; default: that of the page */ lang?: string;
  /** page of results, from 1 */ page?: number;
  /** results on a page, 10 unless told */ size?: number;
  /** correct no word */ exact?: boolean;
  facets?: Record<string, string | string[]>; signal?: AbortSignal;
}

declare global {
  interface HTMLElementEventMap {
    /** <vade-search> asks; detail is the query */ "vade-query": CustomEvent<string>;
    /** <vade-search> or <vade-results> shows an answer; <vade-results> may get the sections of a page later */ "vade-answer": CustomEvent<VadeAnswer>;
    /** an answer could not be had */ "vade-problem": CustomEvent<unknown>;
    /** <vade-results> shows nothing any more */ "vade-clear": CustomEvent<null>;
  }
  var vademecum: { search(query: string, options?: VadeOptions): Promise<VadeAnswer> };
}
