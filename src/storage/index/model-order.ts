import type { IndexBuilder } from "./group-index.js";

/**
 * Puts the records of APIs that load one model at a time model by model: they are sorted by the model's name, stably,
 * within the places that they have among the experiment's records. Other records keep theirs, and so does the input.
 */
export class ModelOrder {
  readonly #byApi = new Map<string, SortedRecords>();

  /** To be called in the input's order, with the index before the record is added to it. */
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

/** One entry each in all lists, in the input's order. */
interface SortedRecords {
  readonly indexes: IndexBuilder[];
  readonly entries: number[];
  readonly targets: number[];
  readonly lines: number[];
}

/** The rank of each target's model; a record without a model comes first. */
function modelsOf(api: string, targets: readonly string[]): Uint32Array {
  const names = targets.map((target) => Buffer.from(target.slice(api.length + 1)));
  // The order of UTF-8 is that of code points, as Python sorts; that of JavaScript's texts is not.
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

/** The record that comes k-th by model gets the line of the k-th record. */
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
