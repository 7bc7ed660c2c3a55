import { useCallback, useEffect, useState } from "preact/hooks";
import { everyRecord } from "../../domain/report/record-query.js";
import type { RecordQuery } from "../../domain/report/record-query.js";
import type { RowStatus } from "../../domain/report/report-row.js";

/** State that the address of the page stores, so that a link shows the same view. */
export interface ViewState {
  readonly query: RecordQuery;
  readonly layout: "table" | "prompts";
  /** Names of the columns to show. Absent for the usual columns. */
  readonly columns?: readonly string[] | undefined;
  /** Index of the open record. */
  readonly record?: number | undefined;
}

export type ChangeView = (change: Partial<ViewState>) => void;

export function useViewState(): readonly [ViewState, ChangeView] {
  const [view, setView] = useState(() => viewOf(location.hash));
  useEffect(() => {
    const follow = (): void => setView(viewOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const change = useCallback<ChangeView>((changed) => {
    setView((before) => {
      const next = { ...before, ...changed };
      history.replaceState(null, "", hashOf(next));
      return next;
    });
  }, []);
  return [view, change];
}

const statuses: readonly RowStatus[] = ["completed", "failed", "dropped"];

function viewOf(hash: string): ViewState {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const sort = given.get("sort") ?? "index";
  const record = given.get("record");
  const columns = given.getAll("column");
  return {
    query: {
      search: given.get("q") ?? "",
      statuses: statuses.filter((status) => given.getAll("status").includes(status)),
      models: given.getAll("model"),
      groups: given.getAll("group"),
      errors: given.getAll("error"),
      sort: { column: sort.replace(/^-/, ""), descending: sort.startsWith("-") },
    },
    layout: given.get("layout") === "prompts" ? "prompts" : "table",
    ...(columns.length > 0 && { columns }),
    ...(record !== null && /^\d+$/.test(record) && { record: Number(record) }),
  };
}

/** Returns the part of the address after `#`. It contains only differences from the first view. */
function hashOf({ query, layout, columns, record }: ViewState): string {
  const kept = new URLSearchParams();
  const lists = {
    status: query.statuses,
    model: query.models,
    group: query.groups,
    error: query.errors,
    column: columns ?? [],
  };
  if (query.search !== "") kept.set("q", query.search);
  for (const [key, values] of Object.entries(lists)) {
    for (const value of values) kept.append(key, value);
  }
  const { column, descending } = query.sort;
  const isUsual = column === everyRecord.sort.column && !descending;
  if (!isUsual) kept.set("sort", `${descending ? "-" : ""}${column}`);
  if (layout !== "table") kept.set("layout", layout);
  if (record !== undefined) kept.set("record", String(record));
  return `#${kept.toString()}`;
}
