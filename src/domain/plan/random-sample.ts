import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface RandomSample<Item> {
  readonly add: (item: Item) => void;
  /** The drawn items, in the order in which they were added. */
  readonly items: () => readonly Item[];
}

/**
 * Draws `size` items from a stream of unknown length, all with the same probability. The same seed
 * draws the same positions. Algorithm R: Vitter, J. S. (1985), ACM Transactions on Mathematical
 * Software 11, 37–57.
 */
export function randomSample<Item>(size: number, seed: number): RandomSample<Item> {
  const random = xoroshiro128plus(seed);
  const drawn: { readonly place: number; readonly item: Item }[] = [];
  let count = 0;
  return {
    add: (item) => {
      const place = count;
      count += 1;
      const at = drawn.length < size ? drawn.length : uniformInt(random, 0, place);
      if (at < size) drawn[at] = { place, item };
    },
    items: () => [...drawn].sort((a, b) => a.place - b.place).map(({ item }) => item),
  };
}
