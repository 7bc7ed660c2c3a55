import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export interface VirtualRows {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Positions of the rows that are drawn, both ends included. */
  readonly first: number;
  readonly last: number;
  /** Height of the rows that are not drawn, before and after. */
  readonly before: number;
  readonly after: number;
  readonly scrollTo: (position: number) => void;
}

/** Draws only the visible rows of a long list. All rows have the same height. */
export function useVirtualRows(count: number, rowHeight: number): VirtualRows {
  const scroller = useRef<HTMLDivElement>(null);
  const [, setDraws] = useState(0);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => setDraws((draws) => draws + 1),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLDivElement, Element>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [rowHeight]);
  const items = virtualizer.getVirtualItems();
  const head = items[0];
  const tail = items.at(-1);
  return {
    scroller,
    first: head?.index ?? 0,
    last: tail?.index ?? -1,
    before: head?.start ?? 0,
    after: tail ? virtualizer.getTotalSize() - tail.end : 0,
    scrollTo: (position) => virtualizer.scrollToIndex(position),
  };
}
