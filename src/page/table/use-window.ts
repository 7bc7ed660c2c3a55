import { useEffect, useRef, useState } from "preact/hooks";
import type { PageRange } from "../../domain/report/record-source.js";

/** Items of a long list, of which only the visible ones are loaded. */
export interface ListWindow<Item> {
  readonly matched: number;
  readonly total: number;
  readonly at: (position: number) => Item | undefined;
  /** True until the first items of the current list have come. */
  readonly isStale: boolean;
  readonly error?: string;
}

export interface ItemPage<Item> {
  readonly matched: number;
  readonly total: number;
  readonly items: readonly Item[];
}

interface Content<Item> {
  readonly key: string;
  readonly matched: number;
  readonly total: number;
  readonly pages: ReadonlyMap<number, readonly Item[]>;
  readonly error?: string;
}

const pageItems = 100;

/**
 * Loads the pages of a list that hold the positions from `first` to `last`. The old list stays until
 * the new one has come, so that nothing flickers.
 *
 * @param key identifies the list
 */
export function useWindow<Item>(
  load: (range: PageRange) => Promise<ItemPage<Item>>,
  key: string,
  [first, last]: readonly [first: number, last: number],
): ListWindow<Item> {
  const [content, setContent] = useState<Content<Item>>({
    ...{ key: "", matched: 0, total: 0 },
    pages: new Map(),
  });
  const asked = useRef<{ key: string; pages: Set<number> }>({ key: "", pages: new Set() });
  const from = content.key === key ? Math.floor(first / pageItems) : 0;
  const to = content.key === key ? Math.floor(last / pageItems) : 0;
  useEffect(() => {
    if (asked.current.key !== key) asked.current = { key, pages: new Set() };
    const { pages } = asked.current;
    for (let page = from; page <= to; page += 1) {
      if (pages.has(page)) continue;
      pages.add(page);
      load({ offset: page * pageItems, limit: pageItems }).then(
        ({ items, matched, total }) => {
          if (asked.current.key !== key) return;
          setContent((before) => {
            const known = before.key === key ? before.pages : [];
            return { key, matched, total, pages: new Map([...known, [page, items]]) };
          });
        },
        (error: unknown) => {
          if (asked.current.key === key)
            setContent((before) => ({ ...before, error: String(error) }));
        },
      );
    }
  }, [key, from, to]);
  return {
    matched: content.matched,
    total: content.total,
    isStale: content.key !== key,
    at: (position) => content.pages.get(Math.floor(position / pageItems))?.[position % pageItems],
    ...(content.error !== undefined && { error: content.error }),
  };
}
