import { grownTo } from "./grown-to.js";

/** A record, identified by its group and its position in the group. */
export interface RecordPosition {
  readonly slug: string;
  readonly position: number;
}

/** The record at each place: 6 bytes per record. */
export class RecordPlaces {
  readonly #slugs: readonly string[];
  #group = new Uint16Array();
  #position = new Uint32Array();
  #count = 0;

  constructor(slugs: Iterable<string>) {
    this.#slugs = [...slugs];
  }

  /** Adds the record at the next place. */
  add({ slug, position }: RecordPosition): void {
    const place = this.#count;
    this.#group = grownTo(this.#group, place);
    this.#position = grownTo(this.#position, place);
    this.#group[place] = this.#slugs.indexOf(slug);
    this.#position[place] = position;
    this.#count += 1;
  }

  at(place: number): RecordPosition | undefined {
    if (place >= this.#count) return undefined;
    const slug = this.#slugs[this.#group[place] ?? 0];
    return slug === undefined ? undefined : { slug, position: this.#position[place] ?? 0 };
  }
}
