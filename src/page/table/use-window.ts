import { defined } from "../../domain/defined.js";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PageRange } from "../../domain/report/record-source.js";

/** Items of a long list. Only the visible items are loaded. */
export interface ListWindow<Item> {
  readonly matched: number;
  readonly total: number;
  readonly at: (position: number) => Item | undefined;
  /** True until the first items of the current list are loaded. */
  readonly isStale: boolean;
  /** Share of the texts that were searched. Set while the search continues. */
  readonly searched?: number;
  readonly error?: string;
}

export interface ItemPage<Item> {
  readonly matched: number;
  readonly total: number;
  readonly items: readonly Item[];
  readonly searched?: number;
}

/** Identifies a list. */
export interface ListKey {
  readonly list: string;
  /** Number that grows with each change of the items. */
  readonly version: number;
}

interface Content<Item> {
  readonly key: string;
  readonly list?: string;
  readonly matched: number;
  readonly total: number;
  readonly pages: ReadonlyMap<number, readonly Item[]>;
  readonly searched?: number | undefined;
  readonly error?: string;
}

const pageItems = 100;
const nothing = { key: "", matched: 0, total: 0 };
/** Interval in ms at which the results of an unfinished search are requested again. */
const searchingMs = 250;

/**
 * Loads the pages of a list that contain the positions from `first` to `last`. The old list stays
 * until the new one is loaded, and old items until their new version is loaded, so that nothing
 * flickers.
 */
export function useWindow<Item>(
  load: (range: PageRange) => Promise<ItemPage<Item>>,
  { list, version }: ListKey,
  [first, last]: readonly [first: number, last: number],
): ListWindow<Item> {
  const key = `${version} ${list}`;
  const [content, setContent] = useState<Content<Item>>({ ...nothing, pages: new Map() });
  const [looks, setLooks] = useState(0);
  const asked = useRef<{ key: string; pages: Set<number> }>({ key: "", pages: new Set() });
  const from = content.list === list ? Math.floor(first / pageItems) : 0;
  // An empty list has no last position. It may still fill during a search.
  const to = content.list === list ? Math.max(from, Math.floor(last / pageItems)) : 0;
  useEffect(() => {
    if (asked.current.key !== key) asked.current = { key, pages: new Set() };
    const { pages } = asked.current;
    for (let page = from; page <= to; page += 1) {
      if (pages.has(page)) continue;
      pages.add(page);
      load({ offset: page * pageItems, limit: pageItems }).then(
        ({ items, matched, total, searched }) => {
          if (asked.current.key !== key) return;
          setContent((before) => {
            const known = before.list === list ? before.pages : [];
            return {
              key,
              list,
              matched,
              total,
              searched,
              pages: new Map([...known, [page, items]]),
            };
          });
        },
        (error: unknown) => {
          if (asked.current.key === key)
            setContent((before) => ({ ...before, error: String(error) }));
        },
      );
    }
  }, [key, from, to, looks]);
  useEffect(() => {
    if (content.searched === undefined || content.key !== key) return;
    const wait = setTimeout(() => {
      asked.current.pages.clear();
      setLooks((before) => before + 1);
    }, searchingMs);
    return () => clearTimeout(wait);
  }, [content, key]);
  return {
    matched: content.matched,
    total: content.total,
    isStale: content.list !== list,
    at: (position) => content.pages.get(Math.floor(position / pageItems))?.[position % pageItems],
    ...defined({ searched: content.searched, error: content.error }),
  };
}
