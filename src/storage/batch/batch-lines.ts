import type { LineEnd, LineError, LineUsage, NodeStatus } from "../../domain/flow/line.js";
import { defined } from "../../domain/defined.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { withoutTornEnd } from "../lines/without-torn-end.js";
import { readInputLines } from "../input/input-lines.js";
import { instantOfStamp } from "../run/stamp.js";

/** A line from the completed file of a batch run. */
export interface BatchLine {
  readonly number: number;
  readonly inputs: JsonObject;
  readonly end: LineEnd;
  /** Start time in ms since the epoch; 0 if the line never started. */
  readonly sentAt: number;
  readonly finishedAt: number;
  readonly attempts: number;
}

/** Yields the lines of a batch run's completed file, in order. */
export async function* readBatchLines(
  completed: string,
): AsyncGenerator<BatchLine, void, undefined> {
  for await (const { text } of withoutTornEnd(readInputLines(completed))) {
    const line = batchLineOf(parseJsonText(text));
    if (line) yield line;
  }
}

/** Returns the line; `undefined` for a line of another kind of run. */
function batchLineOf(value: JsonValue): BatchLine | undefined {
  if (!isJsonObject(value)) return undefined;
  const { line_number: number, inputs, timestamp_sent: stamp, latency_ms, attempts } = value;
  if (typeof number !== "number" || !isJsonObject(inputs)) return undefined;
  const sentAt = (typeof stamp === "string" && instantOfStamp(stamp)) || 0;
  const latencyMs = typeof latency_ms === "number" ? latency_ms : 0;
  return {
    number,
    inputs,
    sentAt,
    finishedAt: sentAt + latencyMs,
    end: endOf(value),
    attempts: typeof attempts === "number" ? attempts : 0,
  };
}

function endOf(value: JsonObject): LineEnd {
  const { output, kept, warnings, usage } = value;
  return {
    status: value["status"] === "completed" ? "completed" : "failed",
    // The values are ours: only the finish of a run writes them, in the shapes of a `LineEnd`, here
    // and below.
    nodes: (value["nodes"] ?? {}) as Readonly<Record<string, NodeStatus>>,
    ...(isJsonObject(output) && { output }),
    ...(isJsonObject(kept) && { kept }),
    ...(isJsonArray(warnings) && { warnings: warnings.map(String) }),
    ...(isJsonObject(usage) && { usage: usage as unknown as LineUsage }),
    ...defined({ error: errorOf(value) }),
  };
}

function errorOf({ error, failure }: JsonObject): LineError | undefined {
  if (!isJsonObject(error)) return undefined;
  const { type, message } = error;
  const { node, trace, is_user_error: isUserError } = isJsonObject(failure) ? failure : {};
  return {
    type: typeof type === "string" ? type : "internal",
    message: typeof message === "string" ? message : "",
    isUserError: isUserError !== false,
    ...(typeof node === "string" && { node }),
    ...(typeof trace === "string" && { trace }),
  };
}
