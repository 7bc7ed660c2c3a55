import { UserError } from "../../domain/failure/user-error.js";
import { lineNumberColumn } from "../../domain/flow/inputs/line-number.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { withoutTornEnd } from "../lines/without-torn-end.js";
import { readInputLines } from "../input/input-lines.js";
import { latestFinished } from "../rows/read-result.js";
import { runPaths } from "../run/run-folder.js";

/** The lines of an earlier batch run as rows with their line numbers. */
export interface RunRows {
  /** Yields the inputs of all lines. */
  readonly inputs: () => AsyncIterable<JsonObject>;
  /** Yields the outputs of the completed lines. */
  readonly outputs: () => AsyncIterable<JsonObject>;
}

/** Returns the rows of the latest finished run of a name, or `undefined` if there is none. */
export async function runRowsOf(
  folder: { readonly output: string },
  name: string,
): Promise<RunRows | undefined> {
  const directory = await latestFinished(folder, name);
  if (directory === undefined) return undefined;
  const { completed } = runPaths(directory);
  return {
    inputs: () => rowsIn(completed, name, (line) => objectOr(line["inputs"])),
    outputs: () => rowsIn(completed, name, outputsOf),
  };
}

async function* rowsIn(
  completed: string,
  name: string,
  columnsOf: (line: JsonObject) => JsonObject | undefined,
): AsyncGenerator<JsonObject, void, undefined> {
  for await (const { text } of withoutTornEnd(readInputLines(completed))) {
    const line = parseJsonText(text);
    const number = isJsonObject(line) ? line[lineNumberColumn] : undefined;
    if (!isJsonObject(line) || number === undefined || !isJsonObject(line["inputs"])) {
      throw new UserError(
        `Expected "${name}" to be a batch run, whose lines are a source, but it is another experiment. Give the path of its file instead.`,
      );
    }
    const columns = columnsOf(line);
    if (columns) yield { ...columns, [lineNumberColumn]: number };
  }
}

function outputsOf(line: JsonObject): JsonObject | undefined {
  return line["status"] === "completed" ? objectOr(line["output"]) : undefined;
}

function objectOr(value: JsonObject[string] | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}
