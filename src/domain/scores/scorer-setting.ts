import type { JsonObject } from "../json/json.js";

/**
 * A scorer and its options in the settings of a run. It travels through Temporal: names, options
 * and absolute paths.
 */
export interface ScorerSetting extends ScorerOptions {
  /** Name of a built-in scorer, or path of a module. */
  readonly scorer: string;
  /** Key of its scores in the completed file. @default the scorer's name */
  readonly as?: string;
}

export interface ScorerOptions {
  /** Treat capital and small letters as equal. @default false */
  readonly ignoreCase?: boolean;
  /** Ignore whitespace at both ends. @default false */
  readonly trim?: boolean;
  /** The record's key with the expected value. @default "expected_response" */
  readonly expected?: string;
  /**
   * Maximum distance from the expected number, as a number or as a share of it, e.g. `"1%"`.
   * @default 0
   */
  readonly tolerance?: number | string;
  /** A regular expression. @default each record's expected value is the pattern */
  readonly pattern?: string;
  /** A JSON Schema or the path of one. @default each record's expected value is the schema */
  readonly schema?: string | JsonObject;
  /** Use the contents of a Markdown code fence if the answer has one. @default false */
  readonly fenced?: boolean;
}

export type ScorerOption = keyof ScorerOptions;

const ofTexts = ["expected", "ignoreCase", "trim"] as const;

/** The built-in scorers and their options. */
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

/**
 * True if a scorer's name is the path of a module: it has a slash or a JavaScript file's suffix.
 */
export function isScorerPath(name: string): boolean {
  return /[/\\]|\.[cm]?js$/.test(name);
}

/** Returns the default key of a setting's scores. A module may override it. */
export function defaultKey({ as, scorer }: ScorerSetting): string {
  if (as !== undefined) return as;
  const file = scorer.split(/[/\\]/).at(-1) ?? scorer;
  return isScorerPath(scorer) ? file.replace(/\.[cm]?js$/, "") : scorer;
}
