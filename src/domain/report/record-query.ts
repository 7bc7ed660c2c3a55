import type { ReportRow, RowStatus, RowValue } from "./report-row.js";

/** A filter for rows and their order. Empty lists match everything. */
export interface RecordQuery {
  /** Words that all occur in id, prompt, answer or error. Case is ignored. */
  readonly search: string;
  readonly statuses: readonly RowStatus[];
  readonly models: readonly string[];
  readonly groups: readonly string[];
  /** Types of errors. */
  readonly errors: readonly string[];
  readonly sort: Sort;
}

export interface Sort {
  /**
   * Column for sorting: `index`, another column of `ReportRow`, or one of its values as
   * `values.<column>`.
   */
  readonly column: string;
  readonly descending: boolean;
}

export const everyRecord: RecordQuery = {
  search: "",
  statuses: [],
  models: [],
  groups: [],
  errors: [],
  sort: { column: "index", descending: false },
};

/** Returns the words of a search in lower case. */
export function wordsOf({ search }: Pick<RecordQuery, "search">): readonly string[] {
  return search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

export type SearchedTexts = Pick<ReportRow, "id" | "prompt" | "answer" | "error">;

/** Returns the text for a search, in lower case. */
export function searchTextOf({ id, prompt, answer, error }: SearchedTexts): string {
  const message = error ? `\n${error.type}\n${error.message}` : "";
  return `${id}\n${prompt}\n${answer}${message}`.toLowerCase();
}

/**
 * True if the row matches all parts of the query except the search. The search needs more text than
 * a row may have.
 */
export function isChosen(row: ReportRow, query: RecordQuery): boolean {
  return (
    isOneOf(query.statuses, row.status) &&
    isOneOf(query.models, row.model) &&
    isOneOf(query.groups, row.group) &&
    isOneOf(query.errors, row.error?.type)
  );
}

function isOneOf<Value>(wanted: readonly Value[], value: Value | undefined): boolean {
  return wanted.length === 0 || (value !== undefined && wanted.includes(value));
}

/**
 * Compares rows. Rows without a value come last in both directions. Equal rows keep the order of
 * the input.
 */
export function compareRows({ column, descending }: Sort): (a: ReportRow, b: ReportRow) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const one = valueOf(a, column);
    const other = valueOf(b, column);
    if (one === undefined || other === undefined) {
      if (one === other) return a.index - b.index;
      return one === undefined ? 1 : -1;
    }
    return sign * compareValues(one, other) || a.index - b.index;
  };
}

/** Returns a row's value in a column of the table. */
export function valueOf(row: ReportRow, column: string): RowValue | undefined {
  if (column.startsWith(valuePrefix)) {
    const name = column.slice(valuePrefix.length);
    return Object.hasOwn(row.values, name) ? row.values[name] : undefined;
  }
  if (column === "error") return row.error?.type;
  // `hasOwn` does not narrow the type of the name.
  return Object.hasOwn(plainColumns, column) ? plainColumns[column as PlainColumn](row) : undefined;
}

export const valuePrefix = "values.";

type PlainColumn = keyof typeof plainColumns;

const plainColumns = {
  index: (row: ReportRow) => row.index,
  id: (row: ReportRow) => row.id,
  status: (row: ReportRow) => row.status,
  model: (row: ReportRow) => row.model,
  group: (row: ReportRow) => row.group,
  prompt: (row: ReportRow) => row.prompt,
  answer: (row: ReportRow) => row.answer,
  promptLength: (row: ReportRow) => row.promptLength ?? row.prompt.length,
  answerLength: ({ answer, answerLength = answer.length }: ReportRow) =>
    answerLength > 0 ? answerLength : undefined,
  sentAt: (row: ReportRow) => row.sentAt,
  latencyMs: (row: ReportRow) => row.latencyMs,
  attempts: (row: ReportRow) => row.attempts,
  inputTokens: (row: ReportRow) => row.inputTokens,
  outputTokens: (row: ReportRow) => row.outputTokens,
  cost: (row: ReportRow) => row.cost,
};

function compareValues(one: RowValue, other: RowValue): number {
  if (typeof one === "string" && typeof other === "string") {
    return one < other ? -1 : Number(one > other);
  }
  if (typeof one === "string") return 1;
  if (typeof other === "string") return -1;
  return Number(one) - Number(other);
}
