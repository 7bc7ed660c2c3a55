import type { IndexBuilder } from "./group-index.js";

/**
 * Sorts the records of APIs that load one model at a time. These records are sorted by model name,
 * stably, within their places among the experiment's records. All other records keep their places,
 * and the input is not changed.
 */
export class ModelOrder {
  readonly #byApi = new Map<string, SortedRecords>();

  /**
   * Adds a record. Call it in the order of the input, with the index to which the record is added
   * next.
   */
  add(
    api: string,
    index: IndexBuilder,
    place: { readonly target: number; readonly line: number },
  ): void {
    const records = this.#byApi.get(api) ?? { indexes: [], entries: [], targets: [], lines: [] };
    this.#byApi.set(api, records);
    records.indexes.push(index);
    records.entries.push(index.count);
    records.targets.push(place.target);
    records.lines.push(place.line);
  }

  /** @param targets `<api>/<model>` by number */
  apply(targets: readonly string[]): void {
    const places = new Map<IndexBuilder, Uint32Array>();
    for (const [api, records] of this.#byApi) movePlaces(records, modelsOf(api, targets), places);
    for (const [index, lines] of places) index.sortBy(lines);
  }
}

/** Parallel lists with one entry per record, in the order of the input. */
interface SortedRecords {
  readonly indexes: IndexBuilder[];
  readonly entries: number[];
  readonly targets: number[];
  readonly lines: number[];
}

/** Returns the rank of each target's model. A record without a model comes first. */
function modelsOf(api: string, targets: readonly string[]): Uint32Array {
  const names = targets.map((target) => Buffer.from(target.slice(api.length + 1)));
  // Comparing UTF-8 bytes sorts by code points, as Python does. Comparing JavaScript's strings does
  // not.
  const sorted = [...names.keys()].sort((a, b) =>
    Buffer.compare(bytesAt(names, a), bytesAt(names, b)),
  );
  const ranks = new Uint32Array(targets.length);
  sorted.forEach((target, rank) => (ranks[target] = rank));
  return ranks;
}

function bytesAt(names: readonly Buffer[], at: number): Buffer {
  return names[at] ?? Buffer.alloc(0);
}

/**
 * Moves records. The k-th record by model gets the place of the k-th of these records in the input.
 */
function movePlaces(
  { indexes, entries, targets, lines }: SortedRecords,
  ranks: Uint32Array,
  places: Map<IndexBuilder, Uint32Array>,
): void {
  const rankOf = (record: number): number => ranks[targets[record] ?? 0] ?? 0;
  const order = Uint32Array.from(lines.keys()).sort((a, b) => rankOf(a) - rankOf(b) || a - b);
  if (order.every((record, place) => record === place)) return;
  order.forEach((record, place) => {
    const index = indexes[record];
    if (!index) throw new Error("Each record was added with its index.");
    const ofIndex = places.get(index) ?? index.lines();
    places.set(index, ofIndex);
    ofIndex[entries[record] ?? 0] = lines[place] ?? 0;
  });
}
