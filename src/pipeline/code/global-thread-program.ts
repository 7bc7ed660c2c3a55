/** The program of a thread in which one function receives all rows. */
import type { Row } from "../../domain/graph/graph.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import { serveStream } from "../../executors/stream/serve-stream.js";
import type { GlobalTask } from "./function-task.js";
import { jsonOf, NoJson } from "./json-of.js";
import { loadModule } from "./load-module.js";

type AnyRows = AsyncIterable<unknown> | Iterable<unknown>;

await serveStream<GlobalTask, Row, JsonValue>(async function* (task, inputs) {
  const { functions } = await loadModule(task.module);
  // `FunctionPool` has checked that the function exists. The types of its arguments are unknown
  // here.
  const call = functions.get(task.name)?.call as (...given: unknown[]) => unknown;
  const rows = inputs.length === 1 ? inputs[0] : inputs;
  // The function of a source receives no rows.
  const made = await (inputs.length === 0 ? call(task.parameters) : call(rows, task.parameters));
  if (!isRows(made)) throw new NoJson("Expected a generator, or a list, of rows.");
  for await (const row of made) {
    const value = jsonOf(row);
    if (!isJsonObject(value)) throw new NoJson(`Expected a row as an object, got ${typeof row}.`);
    yield value;
  }
});

function isRows(value: unknown): value is AnyRows {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}
