import { defined } from "../../domain/defined.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { LineageStep, RowError } from "../../domain/report/report-row.js";
import { textOf } from "./texts-of-line.js";

/**
 * Returns the steps that a pipeline's row reached, or the nodes that a flow's line reached; empty
 * for a record.
 */
export function lineageOfLine(line: JsonObject): readonly LineageStep[] {
  const { leaves, failures, dropped, nodes, output } = line;
  return [
    ...(isJsonObject(nodes) ? nodeSteps(nodes) : []),
    ...(output === undefined
      ? []
      : [{ step: "output", status: "completed", value: output } as const]),
    ...objectsIn(failures).map(failedStep),
    ...(isJsonObject(dropped) ? Object.keys(dropped).map(droppedStep) : []),
    ...objectsIn(leaves).map(leafStep),
  ];
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

const statuses = ["completed", "failed", "bypassed", "canceled"] as const;

function nodeSteps(nodes: JsonObject): readonly LineageStep[] {
  return Object.entries(nodes).map(([step, status]) => ({
    step,
    status: statuses.find((known) => known === status) ?? "completed",
  }));
}

function failedStep(failure: JsonObject): LineageStep {
  const error: RowError = { type: textOf(failure["type"]), message: textOf(failure["message"]) };
  return { step: textOf(failure["step"]), status: "failed", error };
}

function droppedStep(step: string): LineageStep {
  return { step, status: "dropped" };
}

function leafStep({ leaf, path, row, failure }: JsonObject): LineageStep {
  return {
    step: textOf(leaf),
    status: failure === undefined ? "completed" : "failed",
    ...defined({ path: typeof path === "string" ? path : undefined, value: row }),
  };
}
