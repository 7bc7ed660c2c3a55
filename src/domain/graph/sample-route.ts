import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/**
 * Chooses `n` successors. The choice depends only on the seed and the row's key, so that a row
 * always goes the same way. The chosen successors keep their order.
 */
export function sampleRoute(
  { n, seed }: { readonly n: number; readonly seed: number },
  key: string,
  successors: readonly string[],
): readonly string[] {
  const random = xoroshiro128plus(hash(`${seed}/${key}`));
  const pool = successors.map((_, index) => index);
  const chosen = new Set<number>();
  for (let drawn = 0; drawn < n && pool.length > 0; drawn += 1) {
    const [index] = pool.splice(uniformInt(random, 0, pool.length - 1), 1);
    if (index !== undefined) chosen.add(index);
  }
  return successors.filter((_, index) => chosen.has(index));
}

/** Returns the key for a router's choice: of the row, or of its block of `per` consecutive rows. */
export function routeKey(position: number, path: string, per = 1): string {
  return per === 1 ? `${position}${path}` : `block ${Math.floor(position / per)}${path}`;
}

/** FNV-1a with MurmurHash3's final mix, 32 bits. Similar keys get very different values. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
