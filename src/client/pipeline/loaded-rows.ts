import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defined } from "../../domain/defined.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import { openFunctions } from "../../pipeline/code/function-pool.js";
import { keepModules } from "../../pipeline/code/kept-modules.js";
import type { FunctionName, LoadDefinition } from "../../pipeline/definition/definition.js";
import { schemaCheck } from "../../schemas/json-schema.js";
import type { SchemaFault } from "../../schemas/json-schema.js";
import { parseDuration } from "../../settings/duration.js";
import { readResult } from "../../storage/rows/read-result.js";
import { rowsAt } from "../hub/rows-at.js";

export interface LoadPlaces {
  /** Schema from code. It is checked before the schema of the definition. */
  readonly schema?: JsonObject | undefined;
  /** Folder of the pipeline's file. */
  readonly folder: string;
  /** Output folder with earlier results. */
  readonly output?: string;
}

type Rows = AsyncGenerator<JsonObject, void, undefined>;

/**
 * Reads the rows of a `load` step. Throws a `UserError` if they cannot be read or do not fit the
 * step's schema.
 */
export async function* loadedRows(name: string, step: LoadDefinition, places: LoadPlaces): Rows {
  let place: string | undefined;
  const all = unchecked(name, step, {
    ...places,
    onPlace: (found) => {
      place = found;
    },
  });
  const rows = step.limit === undefined ? all : firstRows(all, step.limit);
  const schema = places.schema ?? step.schema;
  if (schema === undefined) {
    yield* rows;
    return;
  }
  const faults = new RowFaults(name, schemaCheck(schema));
  for await (const row of rows) {
    faults.look(row, place);
    yield row;
  }
  faults.throwThem();
}

function unchecked(
  name: string,
  { rows, file, from, function: use, parameters, time_limit: limit }: LoadDefinition,
  { folder, output = "", onPlace }: LoadPlaces & { readonly onPlace: (place: string) => void },
): AsyncIterable<JsonObject> {
  if (rows) return iterated(rows);
  if (file !== undefined) return rowsAt(file, { folder, onPlace });
  if (from !== undefined) return readResult({ output }, from);
  if (use !== undefined) {
    const limitMs = limit === undefined ? undefined : parseDuration(limit);
    return madeRows(use, folder, { step: name, ...defined({ parameters, limitMs }) });
  }
  throw new UserError(
    `Expected \`file\`, \`from\`, \`function\` or \`rows\` in the step "${name}". Give it one of them.`,
  );
}

async function* firstRows(rows: AsyncIterable<JsonObject>, limit: number): Rows {
  let count = 0;
  for await (const row of rows) {
    yield row;
    count += 1;
    if (count >= limit) return;
  }
}

export async function* iterated(
  rows: Iterable<JsonObject> | AsyncIterable<JsonObject>,
): AsyncGenerator<JsonObject, void, undefined> {
  yield* rows;
}

/** Runs the function of a source in a separate thread. */
async function* madeRows(
  use: FunctionName,
  base: string,
  options: { readonly step: string; readonly parameters?: JsonObject; readonly limitMs?: number },
): Rows {
  const folder = await mkdtemp(join(tmpdir(), "ostinato-source-"));
  try {
    await keepModules({ uses: [use], base }, folder);
    const functions = await openFunctions(folder, { mostThreads: 1 });
    try {
      yield* functions.runGlobal(use, [], options);
    } finally {
      await functions.end();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const mostTold = 10;

/** Collects the rows that do not fit a schema, so that one error can list all of them. */
class RowFaults {
  readonly #name: string;
  readonly #faultsOf: ReturnType<typeof schemaCheck>;
  readonly #told: string[] = [];
  #rows = 0;
  #wrong = 0;

  constructor(name: string, faultsOf: ReturnType<typeof schemaCheck>) {
    this.#name = name;
    this.#faultsOf = faultsOf;
  }

  /** @param place place of the row in a file */
  look(row: JsonObject, place: string | undefined): void {
    this.#rows += 1;
    const faults = this.#faultsOf(row);
    if (faults.length === 0) return;
    this.#wrong += 1;
    if (this.#wrong > mostTold) return;
    const texts = faults.map((fault) => faultText(row, fault));
    this.#told.push(`  ${place ?? `row ${this.#rows}`}: ${texts.join("; ")}`);
  }

  throwThem(): void {
    if (this.#wrong === 0) return;
    const more = this.#wrong - this.#told.length;
    const lines = more === 0 ? this.#told : [...this.#told, `  and ${more} more`];
    throw new UserError(
      `Expected the rows of "${this.#name}" to fit its schema. Of ${this.#rows}, ${this.#wrong} do not:\n${lines.join("\n")}\nCorrect the rows, or the schema.`,
    );
  }
}

function faultText(row: JsonObject, { path, message, missing }: SchemaFault): string {
  const parts = path.split("/").slice(1).map(unescaped);
  if (missing !== undefined) return `the column "${[...parts, missing].join(".")}" is missing`;
  const [column] = parts;
  if (column === undefined) return `the row ${message}`;
  const value = JSON.stringify(row[column] ?? null);
  const got = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return `the column "${parts.join(".")}" ${message}, got ${got}`;
}

/** Decodes one part of a JSON pointer to a key. */
function unescaped(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}
