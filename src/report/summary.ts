import type { JsonObject, JsonValue } from "../domain/json/json.js";
import { isJsonObject } from "../domain/json/json.js";
import { cutWords } from "../domain/failure/api-words.js";
import { parseJsonText } from "../domain/json/json-text.js";
import { isAnswered, isReusedLine } from "../domain/record/line-end.js";
import { shortenedBy } from "../domain/record/shortened.js";
import { defined } from "../domain/defined.js";
import type { TokenCounts } from "../domain/tokens/token-counts.js";
import { SpendingTally, spendOf } from "../domain/money/spending.js";
import { createQuantiles } from "./quantiles.js";

/** Summary of a completed file. */
export interface Summary {
  readonly records: number;
  readonly completed: number;
  readonly failed: number;
  /**
   * Completed records with an answer that reached its maximum length, according to their
   * `finish_reason`.
   */
  readonly cut: number;
  /**
   * Completed records with an answer that the model refused or a filter withheld, according to
   * their `finish_reason`.
   */
  readonly withheld: number;
  /** Failed records by `error.type`, the most frequent type first. */
  readonly failures: readonly FailedRecords[];
  /**
   * Completed records with an answer that an earlier run has paid for. Tokens and latencies exclude
   * them.
   */
  readonly reused: number;
  /** Token sums by `<api>/<model>`, for APIs that report tokens. */
  readonly tokens: readonly (TokenSums & { readonly target: string })[];
  /** Sum of the lines' `cost` in dollars. Absent if no line has one. */
  readonly cost?: number;
  /** Latency of the completed records, in milliseconds, within 1 %. */
  readonly latency?: { readonly medianMs: number; readonly p95Ms: number };
}

/** The failed records of one `error.type`. */
export interface FailedRecords {
  readonly type: string;
  readonly records: number;
  /** Message of the first of these records, cut to 200 characters. */
  readonly example: string;
  /** `id` of the first of these records, if it has one. */
  readonly exampleId?: JsonValue;
}

type TokenSums = Pick<TokenCounts, "input" | "output">;

/** Returns the tokens in an API's `usage`. */
type TokensOf = (api: string, usage: JsonObject) => TokenCounts | undefined;

/** Summarizes output lines. */
export async function summarize(
  lines: AsyncIterable<string> | Iterable<string>,
  tokensOf: TokensOf,
): Promise<Summary> {
  const counts = { records: 0, completed: 0, failed: 0, reused: 0, cut: 0, withheld: 0 };
  const failures = new Map<string, FailedRecords>();
  const tokens = new Map<string, TokenSums>();
  const latencies = createQuantiles();
  const cost = new SpendingTally();
  for await (const line of lines) {
    if (line.trim() === "") continue;
    const record = parseLine(line);
    counts.records += 1;
    const shortened = isAnswered(record) ? shortenedBy(record["finish_reason"]) : undefined;
    if (shortened) counts[shortened] += 1;
    if (isReusedLine(record)) {
      counts.completed += 1;
      counts.reused += 1;
      continue;
    }
    if (isAnswered(record)) {
      counts.completed += 1;
      if (typeof record["latency_ms"] === "number") latencies.add(record["latency_ms"]);
    } else {
      counts.failed += 1;
      addFailure(failures, record);
    }
    addTokens(tokens, record, tokensOf);
    if (typeof record["cost"] === "number") cost.add(spendOf(record["cost"], undefined));
  }
  const medianMs = latencies.at(0.5);
  const p95Ms = latencies.at(0.95);
  return {
    ...counts,
    failures: [...failures.values()].sort((a, b) => b.records - a.records),
    ...(cost.count > 0 && { cost: cost.sums().cost }),
    tokens: [...tokens].map(([target, sums]) => ({ target, ...sums })),
    ...(medianMs !== undefined && p95Ms !== undefined && { latency: { medianMs, p95Ms } }),
  };
}

function addFailure(failures: Map<string, FailedRecords>, { error, id }: JsonObject): void {
  const type = textOf(error, "type") ?? "unknown";
  const known = failures.get(type) ?? {
    type,
    example: cutWords(textOf(error, "message") ?? ""),
    ...defined({ exampleId: id }),
    records: 0,
  };
  failures.set(type, { ...known, records: known.records + 1 });
}

function textOf(error: JsonValue | undefined, key: string): string | undefined {
  const value = isJsonObject(error) ? error[key] : undefined;
  return typeof value === "string" ? value : undefined;
}

function addTokens(
  tokens: Map<string, TokenSums>,
  { api, model_name: name, model, usage }: JsonObject,
  tokensOf: TokensOf,
): void {
  if (typeof api !== "string" || !isJsonObject(usage)) return;
  const counts = tokensOf(api, usage);
  if (!counts) return;
  const parts = [api, name ?? model];
  const target = parts.filter((part) => typeof part === "string").join("/");
  const before = tokens.get(target) ?? { input: 0, output: 0 };
  tokens.set(target, {
    input: before.input + counts.input,
    output: before.output + counts.output,
  });
}

function parseLine(line: string): JsonObject {
  try {
    const value = parseJsonText(line);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
