import { defined } from "../../defined.js";
import { isJsonArray, isJsonObject } from "../../json/json.js";
import type { JsonObject, JsonValue } from "../../json/json.js";
import type { LineError } from "../line.js";
import { errorFromJson, errorToJson } from "./error-json.js";
import { batchStatuses } from "./result-fields.js";
import type { BatchResultFields, ErrorSummary, SystemMetrics } from "./result-fields.js";

/** Writes a result under promptflow's names. */
export function batchResultToJson(result: BatchResultFields): JsonObject {
  const { systemMetrics: system, errorSummary: errors } = result;
  return {
    status: result.status,
    total_lines: result.totalLines,
    completed_lines: result.completedLines,
    failed_lines: result.failedLines,
    node_status: result.nodeStatus,
    start_time: result.startTime,
    end_time: result.endTime,
    metrics: result.metrics,
    system_metrics: {
      total_tokens: system.totalTokens,
      prompt_tokens: system.promptTokens,
      completion_tokens: system.completionTokens,
      ...defined({ cost: system.cost, unknown_calls: system.unknownCalls }),
      duration: system.duration,
    },
    error_summary: {
      failed_user_error_lines: errors.failedUserErrorLines,
      failed_system_error_lines: errors.failedSystemErrorLines,
      error_list: errors.errorList.map(({ lineNumber, error }) => ({
        line_number: lineNumber,
        error: errorToJson(error),
      })),
      aggr_error_dict: mapValues(errors.aggrErrorDict, errorToJson),
      batch_error_dict: errors.batchErrorDict ? errorToJson(errors.batchErrorDict) : null,
    },
  };
}

/** Reads the JSON of `batchResultToJson`. Throws an `Error` for anything else. */
export function batchResultFromJson(json: JsonValue): BatchResultFields {
  const result = objectOf(json, "a batch result");
  const status = batchStatuses.find((each) => each === result["status"]);
  if (!status) throw new Error(`Expected the status of a batch run, got ${text(result["status"])}`);
  return {
    status,
    totalLines: numberOf(result, "total_lines"),
    completedLines: numberOf(result, "completed_lines"),
    failedLines: numberOf(result, "failed_lines"),
    nodeStatus: mapValues(objectOf(result["node_status"], "node_status"), Number),
    startTime: textOf(result, "start_time"),
    endTime: textOf(result, "end_time"),
    metrics: objectOf(result["metrics"], "metrics"),
    systemMetrics: systemMetricsOf(objectOf(result["system_metrics"], "system_metrics")),
    errorSummary: errorSummaryOf(objectOf(result["error_summary"], "error_summary")),
  };
}

function systemMetricsOf(json: JsonObject): SystemMetrics {
  return {
    totalTokens: numberOf(json, "total_tokens"),
    promptTokens: numberOf(json, "prompt_tokens"),
    completionTokens: numberOf(json, "completion_tokens"),
    ...(json["cost"] !== undefined && { cost: numberOf(json, "cost") }),
    ...(json["unknown_calls"] !== undefined && { unknownCalls: numberOf(json, "unknown_calls") }),
    duration: numberOf(json, "duration"),
  };
}

function errorSummaryOf(json: JsonObject): ErrorSummary {
  const list = isJsonArray(json["error_list"]) ? json["error_list"] : [];
  const ofAggregation = objectOf(json["aggr_error_dict"], "aggr_error_dict");
  const ofBatch = json["batch_error_dict"] ?? null;
  return {
    failedUserErrorLines: numberOf(json, "failed_user_error_lines"),
    failedSystemErrorLines: numberOf(json, "failed_system_error_lines"),
    errorList: list.map((each) => {
      const line = objectOf(each, "an error of a line");
      return { lineNumber: numberOf(line, "line_number"), error: errorFromJson(line["error"]) };
    }),
    aggrErrorDict: mapValues<JsonValue, LineError>(ofAggregation, errorFromJson),
    batchErrorDict: ofBatch === null ? null : errorFromJson(ofBatch),
  };
}

function mapValues<From, To>(
  object: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

function objectOf(value: JsonValue | undefined, name: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Error(`Expected ${name} as an object, got ${text(value)}`);
}

function numberOf(object: JsonObject, key: string): number {
  const value = object[key];
  if (typeof value === "number") return value;
  throw new Error(`Expected a number as ${key}, got ${text(value)}`);
}

function textOf(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value === "string") return value;
  throw new Error(`Expected a text as ${key}, got ${text(value)}`);
}

function text(value: JsonValue | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
