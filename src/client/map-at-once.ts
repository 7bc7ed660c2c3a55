import pMap from "p-map";

/**
 * Like `Promise.all` over `map`, with at most 20 in flight, so that a long list doesn't flood the
 * server.
 */
export async function mapAtOnce<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  return pMap(items, map, { concurrency: 20 });
}
