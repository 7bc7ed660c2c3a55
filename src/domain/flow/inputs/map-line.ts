import type { JsonObject, JsonValue } from "../../json/json.js";
import type { FlowInput } from "../flow.js";
import { convertInputs } from "./convert-inputs.js";
import type { InputError } from "./convert-inputs.js";
import type { JoinedLine } from "./join-sources.js";
import type { InputOrigin, InputPlan } from "./plan-inputs.js";

/** A line as a run stores it. The keys are those of the staged file. */
export type MappedLine = {
  readonly line_number: number;
  /** Inputs of the line. They may be incomplete for a line with an error. */
  readonly inputs: JsonObject;
  /** Error with which the line fails before it runs. */
  readonly error?: InputError;
};

/** Takes the inputs of a line from its rows and converts them to their declared types. */
export function mapLine(
  { number, rows }: JoinedLine,
  plan: InputPlan,
  declared: Readonly<Record<string, FlowInput>>,
): MappedLine {
  const values: [string, JsonValue][] = [];
  const missing: string[] = [];
  for (const [input, origin] of plan) {
    const value = valueOf(origin, rows);
    if (value === undefined) missing.push(`\`${input}\` (${textOf(origin)})`);
    else values.push([input, value]);
  }
  const inputs = Object.fromEntries(values);
  if (missing.length > 0) {
    return { line_number: number, inputs, error: withoutColumns(number, missing) };
  }
  const converted = convertInputs(inputs, declared, number);
  return { line_number: number, ...converted };
}

function valueOf(origin: InputOrigin, rows: JoinedLine["rows"]): JsonValue | undefined {
  if (origin.kind === "value") return origin.value;
  for (const { source, column } of origin.places) {
    const row = rows[source];
    if (row && Object.hasOwn(row, column)) return row[column];
  }
  return origin.otherwise;
}

function textOf(origin: InputOrigin): string {
  return origin.kind === "column" ? origin.text : "a value";
}

function withoutColumns(number: number, missing: readonly string[]): InputError {
  return {
    type: "InputNotFound",
    message: `Line ${number} has no value for ${missing.join(", ")}. Other lines have these columns. Complete the row, or give the input a default.`,
    isUserError: true,
  };
}
