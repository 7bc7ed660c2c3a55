import type { SavedArrays } from "../../storage/lines/array-file.js";
import { grownTo } from "../../storage/lines/grown-to.js";

/** The keys by which a row is joined. */
interface JoinKeys {
  /** Hash of the id, 32 bits. */
  readonly idHash: number;
  readonly promptHash: number;
}

type AreEqual = (one: number, other: number) => boolean;

interface Equality {
  readonly ids: AreEqual;
  readonly prompts: AreEqual;
}

/**
 * Joins the places of rows while the rows arrive: rows with the same id if ids occur several times,
 * otherwise rows with the same prompt. Takes 40 bytes per record.
 */
export class RowJoins {
  readonly #byId: JoinIndex;
  readonly #byPrompt = new JoinIndex();
  readonly #equality: Equality;

  constructor(equality: Equality, byId = new JoinIndex()) {
    this.#equality = equality;
    this.#byId = byId;
  }

  /** Returns joins from the result of `save`. No rows can be added to them. */
  static restored({ arrays }: SavedArrays, equality: Equality): RowJoins {
    // The arrays are ours: only `save` writes them.
    const firsts = arrays["joins"] as Uint32Array<ArrayBuffer>;
    const nexts = arrays["nexts"] as Uint32Array<ArrayBuffer>;
    return new RowJoins(equality, new JoinIndex({ firsts, nexts }));
  }

  get canGrow(): boolean {
    return this.#byId.canGrow;
  }

  /** Adds the place of a new row. */
  add(place: number, { idHash, promptHash }: JoinKeys): void {
    this.#byId.add(place, idHash, this.#equality.ids);
    if (!this.#byId.recurs) this.#byPrompt.add(place, promptHash, this.#equality.prompts);
  }

  /** Returns the place that represents all rows of a place's prompt. */
  firstOf(place: number): number {
    return this.#index().firstOf(place);
  }

  /** Returns all places of a prompt, in the order of the input. */
  placesOf(first: number): readonly number[] {
    return this.#index().placesOf(first);
  }

  save(places: number): SavedArrays["arrays"] {
    const { firsts, nexts } = this.#index();
    return { joins: firsts.subarray(0, places), nexts: nexts.subarray(0, places) };
  }

  #index(): JoinIndex {
    return this.#byId.recurs || !this.#byId.canGrow ? this.#byId : this.#byPrompt;
  }
}

interface Joined {
  readonly firsts: Uint32Array<ArrayBuffer>;
  readonly nexts: Uint32Array<ArrayBuffer>;
}

const fewestSlots = 1_024;

/** Places by key: a hash table without gaps between equal hashes. */
class JoinIndex {
  /** True if a key has several places. */
  recurs = false;
  readonly canGrow: boolean;
  /** For each place, the first place with the same key. */
  firsts: Uint32Array<ArrayBuffer>;
  /** For each place, one more than the next place with the same key; 0 for the last one. */
  nexts: Uint32Array<ArrayBuffer>;
  #hashes = new Uint32Array();
  /** One more than a first place; 0 for a free slot. The number of slots is a power of 2. */
  #slots = new Uint32Array(fewestSlots);
  #keys = 0;

  constructor(joined?: Joined) {
    this.canGrow = joined === undefined;
    this.firsts = joined?.firsts ?? new Uint32Array();
    this.nexts = joined?.nexts ?? new Uint32Array();
  }

  add(place: number, hash: number, areEqual: AreEqual): void {
    this.firsts = grownTo(this.firsts, place);
    this.nexts = grownTo(this.nexts, place);
    this.#hashes = grownTo(this.#hashes, place);
    this.#hashes[place] = hash;
    const slot = this.#slotOf(place, hash, areEqual);
    const first = (this.#slots[slot] ?? 0) - 1;
    if (first >= 0) {
      this.recurs = true;
      this.firsts[place] = first;
      this.nexts[place] = this.nexts[first] ?? 0;
      this.nexts[first] = place + 1;
      return;
    }
    this.firsts[place] = place;
    this.#slots[slot] = place + 1;
    this.#keys += 1;
    if (2 * this.#keys > this.#slots.length) this.#grow();
  }

  firstOf(place: number): number {
    return this.firsts[place] ?? 0;
  }

  placesOf(first: number): readonly number[] {
    const places = [first];
    for (let next = this.nexts[first] ?? 0; next !== 0; next = this.nexts[next - 1] ?? 0) {
      places.push(next - 1);
    }
    return places.sort((one, other) => one - other);
  }

  /** Returns the slot with the key of a place, or a free slot for it. */
  #slotOf(place: number, hash: number, areEqual: AreEqual): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const known = slots[slot] ?? 0;
      if (known === 0) return slot;
      if (this.#hashes[known - 1] === hash && areEqual(known - 1, place)) return slot;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(2 * before.length);
    for (const known of before) {
      if (known === 0) continue;
      const slot = this.#slotOf(known - 1, this.#hashes[known - 1] ?? 0, () => false);
      this.#slots[slot] = known;
    }
  }
}
