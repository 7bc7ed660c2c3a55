import { computed } from "../computed.js";
import type { PromptRecord } from "../record/prompt-record.js";

interface Place {
  readonly at: number;
  /** Order among several names at one place. */
  readonly turn: number;
}

interface OfModel {
  records: number;
  /** Number of the model's records before the first occurrence of each name. */
  readonly first: Map<string, Place>;
}

/** True if the records of an API are sent model by model. */
export type SortsByModel = (api: string) => boolean;

/**
 * The order in which names first occur. For some APIs, records count as sorted by model within
 * their places, as in prompto for ollama (its `sort_prompts_by_model_for_api`).
 */
export class FirstPlaces {
  readonly #places = new Map<string, Place>();
  readonly #sortedPlaces: number[] = [];
  readonly #models = new Map<string, OfModel>();
  readonly #sortsByModel: SortsByModel;
  #records = 0;

  constructor(sortsByModel: SortsByModel) {
    this.#sortsByModel = sortsByModel;
  }

  /** @param names names of the record, in their order */
  add(record: PromptRecord, names: readonly string[]): void {
    const at = this.#records;
    this.#records += 1;
    if (!this.#sortsByModel(record.api)) {
      names.forEach((name, turn) => {
        if (!this.#places.has(name)) this.#places.set(name, { at, turn });
      });
      return;
    }
    this.#sortedPlaces.push(at);
    const model = this.#model(record.model_name ?? "");
    names.forEach((name, turn) => {
      if (!model.first.has(name)) model.first.set(name, { at: model.records, turn });
    });
    model.records += 1;
  }

  inOrder(): readonly string[] {
    const places = new Map(this.#places);
    let before = 0;
    for (const [, { records, first }] of [...this.#models].sort(([a], [b]) => (a < b ? -1 : 1))) {
      for (const [name, { at: within, turn }] of first) {
        const at = this.#sortedPlaces[before + within] ?? 0;
        const known = places.get(name);
        if (!known || at < known.at) places.set(name, { at, turn });
      }
      before += records;
    }
    return [...places].sort(([, a], [, b]) => a.at - b.at || a.turn - b.turn).map(([name]) => name);
  }

  #model(name: string): OfModel {
    return computed(this.#models, name, () => ({ records: 0, first: new Map<string, Place>() }));
  }
}
