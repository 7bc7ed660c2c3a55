import { basename, extname } from "node:path";
import { pathToFileURL } from "node:url";
import { errorText } from "../../domain/failure/error-text.js";
import { hintOf, inBackticks } from "../../domain/nearest-match.js";
import {
  builtInScorers,
  defaultKey,
  isBuiltIn,
  isScorerPath,
} from "../../domain/scores/scorer-setting.js";
import type { ScorerSetting } from "../../domain/scores/scorer-setting.js";
import { makeBuiltInScorer } from "./built-in-scorers.js";
import type { Scorer } from "./scorer.js";

/** A loaded scorer, or the problem that prevents its use. */
export type LoadedScorer = { readonly key: string } & (
  { readonly scorer: Scorer } | { readonly problem: string }
);

export interface LoadOptions {
  /** Called before each scorer is loaded, with its index in the settings. */
  readonly onLoad?: (index: number) => void;
  /** Reasons for scorers that must not be loaded, by their index in the settings. */
  readonly unloadable?: ReadonlyMap<number, string>;
}

/** Loads the scorers of the settings. Never throws: each problem is returned with its scorer. */
export async function loadScorers(
  settings: readonly ScorerSetting[],
  { onLoad, unloadable }: LoadOptions = {},
): Promise<LoadedScorer[]> {
  const loaded: LoadedScorer[] = [];
  for (const [index, setting] of settings.entries()) {
    try {
      const reason = unloadable?.get(index);
      if (reason !== undefined) throw new Error(reason);
      onLoad?.(index);
      loaded.push(...(await loadScorer(setting)));
    } catch (error) {
      loaded.push({ key: defaultKey(setting), problem: problemOf(setting, error) });
    }
  }
  return loaded;
}

function problemOf({ scorer }: ScorerSetting, error: unknown): string {
  const message = errorText(error);
  return `The scorer \`${scorer}\` can't be used: ${message}`;
}

async function loadScorer(setting: ScorerSetting): Promise<LoadedScorer[]> {
  const { scorer: name, as, ...options } = setting;
  const given = Object.keys(options).filter(
    // `Object.keys` loses the type of the keys.
    (key) => setting[key as keyof ScorerSetting] !== undefined,
  );
  if (isScorerPath(name)) {
    refuseOptions(given, []);
    return await loadModule(name, as);
  }
  if (!isBuiltIn(name)) throw unknownScorer(name);
  refuseOptions(given, builtInScorers[name]);
  return [{ key: as ?? name, scorer: { score: makeBuiltInScorer[name](options) } }];
}

function unknownScorer(name: string): Error {
  const hint = hintOf(name, Object.keys(builtInScorers), inBackticks);
  return new Error(
    `there is none of that name. ${hint} One of your own is named by its path, \`./${name}.js\`.`,
  );
}

function refuseOptions(given: readonly string[], taken: readonly string[]): void {
  const other = given.find((option) => !taken.includes(option));
  if (other === undefined) return;
  const known =
    taken.length === 0 ? "It takes `as` alone." : `It takes ${["as", ...taken].join(", ")}.`;
  throw new Error(`it takes no option \`${other}\`. ${known}`);
}

async function loadModule(path: string, as: string | undefined): Promise<LoadedScorer[]> {
  // A module may export anything. Its scorers are checked at their first use, here and below.
  const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  const { default: exported } = module;
  if (exported === undefined) throw new Error("it has no default export.");
  if (Array.isArray(exported)) {
    if (as !== undefined) throw new Error("it exports several scorers, so `as` can't name them.");
    return exported.map((each: unknown) => loadExport(each, undefined));
  }
  const fallback = basename(path, extname(path));
  return [loadExport(exported, fallback, as)];
}

function loadExport(exported: unknown, fallback: string | undefined, as?: string): LoadedScorer {
  const scorer = toScorer(exported);
  const key = as ?? scorer.name ?? fallback;
  if (key === undefined) throw new Error("each scorer of a list needs a `name`.");
  return { key, scorer };
}

/**
 * Converts an export to a scorer. The types of its functions are not known. Their scores are
 * checked at each call.
 */
function toScorer(exported: unknown): Scorer {
  if (typeof exported === "function") return { score: exported as ScoreFunction };
  const { name, score, scoreBatch, batchSize } = (exported ?? {}) as Partial<
    Record<"name" | "score" | "scoreBatch" | "batchSize", unknown>
  >;
  const named = { ...(name !== undefined && { name: checkedName(name) }) };
  if (typeof score === "function") return { ...named, score: score as ScoreFunction };
  if (typeof scoreBatch === "function") {
    const size = { ...(batchSize !== undefined && { batchSize: checkedSize(batchSize) }) };
    return { ...named, scoreBatch: scoreBatch as ScoreBatch, ...size };
  }
  throw new Error(
    "its default export must be a function, or an object with the function `score` or `scoreBatch`.",
  );
}

function checkedName(name: unknown): string {
  if (typeof name === "string" && /^\S+$/.test(name)) return name;
  throw new Error("its `name` must be a text without blanks.");
}

function checkedSize(batchSize: unknown): number {
  if (typeof batchSize === "number" && Number.isInteger(batchSize) && batchSize > 0)
    return batchSize;
  throw new Error("its `batchSize` must be a whole number above 0.");
}

type ScoreFunction = Extract<Scorer, { score: unknown }>["score"];
type ScoreBatch = Extract<Scorer, { scoreBatch: unknown }>["scoreBatch"];
