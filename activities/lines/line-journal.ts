/**
 * The values that a line's code has recorded. A later attempt of the line receives them at its
 * start.
 */
import { computed } from "../../src/domain/computed.js";
import { isJsonObject } from "../../src/domain/json/json.js";
import type { JsonValue } from "../../src/domain/json/json.js";
import type { JournalOfLine, RecordedValues } from "../../src/flow/line/line-code.js";
import type { GroupStore } from "../../src/storage/log/group-store.js";

/**
 * Returns the key of a value. Values are numbered, because the keys of the code are unknown before
 * the values are read.
 */
const keyOf = (number: number): string => `recorded/${number}`;

export class LineJournal implements JournalOfLine {
  readonly #store: GroupStore;
  readonly #position: number;
  #count = 0;

  private constructor(store: GroupStore, position: number) {
    this.#store = store;
    this.#position = position;
  }

  static async open(
    store: GroupStore,
    position: number,
  ): Promise<{ readonly journal: LineJournal; readonly known: RecordedValues }> {
    const journal = new LineJournal(store, position);
    return { journal, known: await journal.#read() };
  }

  /** Saves a value. Resolves once it is on disk. */
  async record(part: string, key: string, value: JsonValue): Promise<void> {
    const number = this.#count;
    this.#count += 1;
    const finishedAt = Date.now();
    const kept = { ...(part !== "" && { part }), key, value };
    const line = { kind: "step", position: this.#position, key: keyOf(number) } as const;
    await this.#store.append({ ...line, finishedAt, value: kept });
  }

  async #read(): Promise<RecordedValues> {
    const known = new Map<string, Record<string, JsonValue>>();
    for (;;) {
      const line = await this.#store.journalLineOf(this.#position, keyOf(this.#count));
      if (line?.kind !== "step") return known;
      this.#count += 1;
      const { part = "", key, value = null } = isJsonObject(line.value) ? line.value : {};
      if (typeof key !== "string" || typeof part !== "string") continue;
      computed(known, part, (): Record<string, JsonValue> => ({}))[key] = value;
    }
  }
}
