import type { JsonObject } from "../json/json.js";

/** A scorer as a run was told to use it. It travels through Temporal: names, options and absolute paths. */
export interface ScorerSetting extends ScorerOptions {
  /** The name of one that is built in, or the path of a module. */
  readonly scorer: string;
  /** The key of its scores in the completed file. @default the scorer's name */
  readonly as?: string;
}

export interface ScorerOptions {
  /** Takes capital and small letters for the same. @default false */
  readonly ignoreCase?: boolean;
  /** Leaves blanks at both ends out. @default false */
  readonly trim?: boolean;
  /** The record's key that has what is expected. @default "expected_response" */
  readonly expected?: string;
  /** How far a number may be from the expected one, as a number or as a share of it, `"1%"`. @default 0 */
  readonly tolerance?: number | string;
  /** A regular expression; without it, what each record expects is one. */
  readonly pattern?: string;
  /** A JSON Schema or the path of one; without it, what each record expects is one. */
  readonly schema?: string | JsonObject;
  /** Takes what a Markdown code fence holds, if there is one. @default false */
  readonly fenced?: boolean;
}

export type ScorerOption = keyof ScorerOptions;

const ofTexts = ["expected", "ignoreCase", "trim"] as const;

/** The scorers that are built in, and the options that each takes. */
export const builtInScorers = {
  match: ofTexts,
  includes: ofTexts,
  "starts-with": ofTexts,
  regex: [...ofTexts, "pattern"],
  levenshtein: ofTexts,
  "equals-number": ["expected", "tolerance"],
  "json-valid": ["fenced"],
  "json-schema": ["expected", "schema", "fenced"],
} as const satisfies Readonly<Record<string, readonly ScorerOption[]>>;

export type BuiltInScorer = keyof typeof builtInScorers;

export function isBuiltIn(name: string): name is BuiltInScorer {
  return Object.hasOwn(builtInScorers, name);
}

/** Whether a scorer is named by the path of its module: it has a slash, or a JavaScript file's ending. */
export function isScorerPath(name: string): boolean {
  return /[/\\]|\.[cm]?js$/.test(name);
}

/** What a setting's scores are called, if its module says nothing else. */
export function defaultKey({ as, scorer }: ScorerSetting): string {
  if (as !== undefined) return as;
  const file = scorer.split(/[/\\]/).at(-1) ?? scorer;
  return isScorerPath(scorer) ? file.replace(/\.[cm]?js$/, "") : scorer;
}
