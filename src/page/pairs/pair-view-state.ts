import { defined } from "../../domain/defined.js";
import { useCallback, useEffect, useState } from "preact/hooks";
import { everyPair, pairFilters, pairOrders } from "../../domain/report/pair-query.js";
import type { PairQuery } from "../../domain/report/pair-query.js";

/** State that the address of the page stores. */
export interface PairView {
  readonly query: PairQuery;
  /** Index of the comparison, if the page has several. */
  readonly comparison: number;
  /** Index of the open pair. */
  readonly pair?: number | undefined;
}

export type ChangePairView = (change: Partial<PairView>) => void;

export function usePairView(): readonly [PairView, ChangePairView] {
  const [view, setView] = useState(() => viewOf(location.hash));
  useEffect(() => {
    const follow = (): void => setView(viewOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const change = useCallback<ChangePairView>((changed) => {
    setView((before) => {
      const next = { ...before, ...changed };
      history.replaceState(null, "", hashOf(next));
      return next;
    });
  }, []);
  return [view, change];
}

function viewOf(hash: string): PairView {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const pair = numberIn(given, "pair");
  return {
    query: {
      search: given.get("q") ?? "",
      show: pairFilters.find((filter) => filter === given.get("show")) ?? everyPair.show,
      order: pairOrders.find((order) => order === given.get("order")) ?? everyPair.order,
      metric: given.get("by") ?? undefined,
    },
    comparison: numberIn(given, "with") ?? 0,
    ...defined({ pair }),
  };
}

function numberIn(given: URLSearchParams, key: string): number | undefined {
  const text = given.get(key) ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Returns the part of the address after `#`. It contains only differences from the first view. */
function hashOf({ query, comparison, pair }: PairView): string {
  const { search, show, order, metric } = query;
  const kept = new URLSearchParams();
  if (comparison > 0) kept.set("with", String(comparison));
  if (search !== "") kept.set("q", search);
  if (show !== everyPair.show) kept.set("show", show);
  if (order !== everyPair.order) kept.set("order", order);
  if (metric !== undefined) kept.set("by", metric);
  if (pair !== undefined) kept.set("pair", String(pair));
  return `#${kept.toString()}`;
}
