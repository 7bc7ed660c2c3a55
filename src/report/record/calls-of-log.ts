import { defined } from "../../domain/defined.js";
import { stepOfKey } from "../../domain/journal/journal-key.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { Failure } from "../../domain/record/outcome.js";
import type { ReportCall, RowError } from "../../domain/report/report-row.js";

/**
 * Returns the calls in a record's log lines, in the order of their sends. The outcome is the last
 * of the lines.
 */
export function callsOfLog(
  lines: readonly LogLine[],
  modelOfStep: (step: string) => string | undefined = () => undefined,
): readonly ReportCall[] {
  const calls = lines.flatMap((line) => {
    const call = callOf(line);
    const model = call?.step === undefined ? undefined : modelOfStep(call.step);
    return call ? [{ ...call, ...defined({ model }) }] : [];
  });
  const last = lastCallOf(lines);
  if (last && calls.every(({ finishedAt }) => finishedAt !== last.finishedAt)) calls.push(last);
  return calls.sort((a, b) => a.sentAt - b.sentAt);
}

/**
 * Returns the call of an answered record from its line of the completed file, for a record whose
 * log has no other call. Returns `undefined` for the line of a failure, a reused answer or a row,
 * and for a line from prompto.
 */
export function callOfLine(line: JsonObject): ReportCall | undefined {
  const { status, sent_at: sent, latency_ms: latencyMs, response, reused } = line;
  const isAnswer = status === "completed" && typeof response === "string" && reused === undefined;
  if (!isAnswer || typeof sent !== "string" || typeof latencyMs !== "number") return undefined;
  const sentAt = Date.parse(sent);
  return { sentAt, finishedAt: sentAt + latencyMs, end: "answered" };
}

/**
 * Returns the call that the outcome itself records. Rows and lines have their calls in the journal.
 */
function lastCallOf(lines: readonly LogLine[]): ReportCall | undefined {
  const line = lines.at(-1);
  if (line?.kind !== "outcome") return undefined;
  const { outcome } = line;
  if (outcome.sentAt === 0 || outcome.walk || outcome.line) return undefined;
  const { sentAt, finishedAt } = outcome;
  const turns = lines.filter(({ kind }) => kind === "turn").length;
  const turn = defined({ turn: turns > 0 ? turns : undefined });
  if (outcome.status === "completed") {
    return { sentAt, finishedAt, end: outcome.reused ? "reused" : "answered", ...turn };
  }
  return { sentAt, finishedAt, end: "failed", ...turn, ...failureFacts(outcome.error) };
}

function callOf(line: LogLine): ReportCall | undefined {
  switch (line.kind) {
    case "failed-attempt":
    case "held": {
      const { sentAt, finishedAt, error, turn, key, kind } = line;
      const end = kind === "held" ? "held" : "failed";
      return {
        sentAt,
        finishedAt,
        end,
        ...failureFacts(error),
        ...defined({ turn, step: stepOf(key) }),
      };
    }
    case "turn": {
      const { sentAt, finishedAt, turn } = line;
      return { sentAt, finishedAt, end: "answered", turn };
    }
    case "call": {
      // The failed attempts of the call have their own lines.
      if (line.error) return undefined;
      const { sentAt, finishedAt, key, reused, spend } = line;
      const end = reused ? "reused" : "answered";
      return { sentAt, finishedAt, end, ...defined({ step: stepOf(key), spend }) };
    }
    case "refused":
    case "started":
    case "step":
    case "outcome":
      return undefined;
  }
}

function stepOf(key: string | undefined): string | undefined {
  return key === undefined ? undefined : stepOfKey(key);
}

function failureFacts(failure: Failure): Pick<ReportCall, "error" | "status"> {
  const { type, message, status } = failure;
  const error: RowError = { type, message };
  return { error, ...defined({ status }) };
}
