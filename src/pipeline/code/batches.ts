import type { Row } from "../../domain/graph/graph.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { RowEnd } from "./function-task.js";

/** Collects rows for a function until a batch is full or the wait is over. */
export class Batches {
  readonly #waitMs: number;
  /** Open batches by key. */
  readonly #open = new Map<string, Batch>();

  constructor(waitMs = 5) {
    this.#waitMs = waitMs;
  }

  /** @param perform receives the rows of a batch and resolves to one end per row */
  async add(
    { key, row, size }: { readonly key: string; readonly row: Row; readonly size: number },
    perform: (rows: readonly Row[]) => Promise<readonly RowEnd[]>,
  ): Promise<RowEnd> {
    const batch = this.#open.get(key) ?? this.#begin(key, perform);
    const at = batch.rows.push(row) - 1;
    if (batch.rows.length >= size) batch.close();
    const ends = await batch.ends;
    return ends[at] ?? { error: { name: "WrongResult", message: "Expected a result, got none." } };
  }

  #begin(key: string, perform: (rows: readonly Row[]) => Promise<readonly RowEnd[]>): Batch {
    const rows: Row[] = [];
    const { promise, resolve } = ending<readonly RowEnd[]>();
    const close = (): void => {
      clearTimeout(timer);
      if (this.#open.get(key) === batch) this.#open.delete(key);
      resolve(perform(rows));
    };
    const timer = setTimeout(close, this.#waitMs);
    const batch: Batch = { rows, ends: promise, close };
    this.#open.set(key, batch);
    return batch;
  }
}

interface Batch {
  readonly rows: Row[];
  readonly ends: Promise<readonly RowEnd[]>;
  readonly close: () => void;
}

interface Ending<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value | Promise<Value>) => void;
}

function ending<Value>(): Ending<Value> {
  let resolve: Ending<Value>["resolve"] = () => undefined;
  const promise = new Promise<Value>((given) => {
    resolve = given;
  });
  return { promise, resolve };
}

export function valueOf(end: RowEnd, toError: (error: RowFault) => Error): JsonValue {
  if ("error" in end) throw toError(end.error);
  return end.value;
}

type RowFault = Extract<RowEnd, { readonly error: unknown }>["error"];
