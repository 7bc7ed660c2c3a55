import { countPositions, positionsOf } from "../../experiment/ranges.js";
import type { Range } from "../../experiment/ranges.js";
import type { JsonObject } from "../../json/json.js";
import type { TokenCounts } from "../../tokens/token-counts.js";
import type { LineEnd, LineError, NodeStatus } from "../line.js";
import type { BatchResultFields, BatchStatus, ErrorSummary, FailedLine } from "./result-fields.js";

/** The facts about a line's end that a result counts. */
export interface CountedLine extends Pick<LineEnd, "status" | "error" | "nodes"> {
  readonly lineNumber: number;
  /** Tokens of all calls of the line, as the APIs report them. */
  readonly tokens?: Pick<TokenCounts, "input" | "output">;
}

export interface AggregationEnd {
  /** Status by node of the aggregation. */
  readonly nodes: Readonly<Record<string, NodeStatus>>;
  readonly errors: Readonly<Record<string, LineError>>;
  readonly metrics: JsonObject;
  readonly tokens?: Pick<TokenCounts, "input" | "output">;
}

/** Reason why a batch ended before all of its lines. */
export type EarlyEnd =
  | { readonly kind: "canceled" }
  | { readonly kind: "timedOut"; readonly timeoutMs: number }
  | { readonly kind: "failed"; readonly error: LineError };

export interface BatchEnd {
  /** Start time in ms since the epoch. */
  readonly startedAt: number;
  /** End time in ms since the epoch. */
  readonly endedAt: number;
  /** End of the aggregation. @default the batch has no aggregation, or did not reach it */
  readonly aggregation?: AggregationEnd | undefined;
  /** Reason for an early end. @default all lines were run */
  readonly early?: EarlyEnd | undefined;
}

export interface BatchParts extends BatchEnd {
  /** Numbers of all lines of the input, e.g. `[[0, 100]]`. */
  readonly lineNumbers: readonly Range[];
  /** Ended lines, in any order. */
  readonly lines: Iterable<CountedLine>;
}

/** Name of promptflow for the error of lines that a batch timeout has stopped. */
const batchRunTimeout = "BatchRunTimeout";

/**
 * Counts the lines of a batch one by one, in any order. It stores the errors, but not the lines.
 */
export class BatchTally {
  readonly #lineNumbers: readonly Range[];
  readonly #done = new Set<number>();
  readonly #nodeStatus = new Map<string, number>();
  readonly #failed: FailedLine[] = [];
  #completed = 0;
  #promptTokens = 0;
  #completionTokens = 0;

  constructor(lineNumbers: readonly Range[]) {
    this.#lineNumbers = lineNumbers;
  }

  /** Counts a line. A second end of the same line is ignored. */
  add(line: CountedLine): void {
    if (this.#done.has(line.lineNumber)) return;
    this.#done.add(line.lineNumber);
    addNodes(this.#nodeStatus, line.nodes);
    this.#promptTokens += line.tokens?.input ?? 0;
    this.#completionTokens += line.tokens?.output ?? 0;
    if (line.status === "completed") this.#completed += 1;
    else this.#failed.push({ lineNumber: line.lineNumber, error: line.error ?? unnamedError });
  }

  /** Returns the result so far. Safe to repeat. */
  result({ startedAt, endedAt, aggregation, early }: BatchEnd): BatchResultFields {
    const totalLines = countPositions(this.#lineNumbers);
    const nodeStatus = new Map(this.#nodeStatus);
    if (aggregation) addNodes(nodeStatus, aggregation.nodes);
    const promptTokens = this.#promptTokens + (aggregation?.tokens?.input ?? 0);
    const completionTokens = this.#completionTokens + (aggregation?.tokens?.output ?? 0);
    return {
      status: statusOf(early),
      totalLines,
      completedLines: this.#completed,
      failedLines: totalLines - this.#completed,
      nodeStatus: Object.fromEntries(nodeStatus),
      startTime: new Date(startedAt).toISOString(),
      endTime: new Date(endedAt).toISOString(),
      metrics: aggregation?.metrics ?? {},
      systemMetrics: {
        totalTokens: promptTokens + completionTokens,
        promptTokens,
        completionTokens,
        duration: (endedAt - startedAt) / 1000,
      },
      errorSummary: { ...this.#errors(early), aggrErrorDict: aggregation?.errors ?? {} },
    };
  }

  #errors(early: EarlyEnd | undefined): Omit<ErrorSummary, "aggrErrorDict"> {
    const batchErrorDict = errorOf(early);
    const stopped = early?.kind === "timedOut" ? this.#undone(batchErrorDict) : [];
    const errorList = [...this.#failed, ...stopped].sort((a, b) => a.lineNumber - b.lineNumber);
    const ofUser = errorList.filter(({ error }) => error.isUserError).length;
    return {
      failedUserErrorLines: ofUser,
      failedSystemErrorLines: errorList.length - ofUser,
      errorList,
      batchErrorDict,
    };
  }

  #undone(error: LineError | null): readonly FailedLine[] {
    const undone: FailedLine[] = [];
    for (const lineNumber of positionsOf(this.#lineNumbers)) {
      if (error && !this.#done.has(lineNumber)) undone.push({ lineNumber, error });
    }
    return undone;
  }
}

function addNodes(counts: Map<string, number>, nodes: Readonly<Record<string, NodeStatus>>): void {
  for (const [node, status] of Object.entries(nodes)) {
    const key = `${node}.${status}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
}

const unnamedError: LineError = {
  type: "UnknownError",
  message: "The line failed without an error.",
  isUserError: false,
};

function statusOf(early: EarlyEnd | undefined): BatchStatus {
  if (!early) return "Completed";
  return early.kind === "canceled" ? "Canceled" : "Failed";
}

function errorOf(early: EarlyEnd | undefined): LineError | null {
  if (early?.kind === "failed") return early.error;
  if (early?.kind !== "timedOut") return null;
  return {
    type: batchRunTimeout,
    message: `The batch run reached its timeout of ${early.timeoutMs / 1000} s. Raise --batch-timeout, and continue with --resume-from.`,
    isUserError: true,
  };
}
