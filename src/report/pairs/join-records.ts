import { defined } from "../../domain/defined.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { PairRecord } from "../../domain/report/pair-report.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import { joinColumns } from "../../evaluation/compare/join-columns.js";
import type { Join } from "../../evaluation/compare/join-columns.js";
import { createScoredColumns } from "../../evaluation/scorers/scored-columns.js";
import type { ScoredColumns } from "../../evaluation/scorers/scored-columns.js";
import { outputNumbers } from "../record/output-numbers.js";
import { inputsOf } from "../record/texts-of-line.js";

/** Records of one side, and their name in a sentence. */
export interface SideRecords {
  readonly title: string;
  readonly records: readonly ReportRecord[];
}

export interface JoinedRecords extends Omit<Join, "pairs"> {
  /** Pairs in the order of the first side. */
  readonly pairs: readonly PairRecord[];
  /** Keys of numbers and booleans that count as scores. */
  readonly scorers: readonly string[];
}

/** Joins records as `ostinato compare` does. */
export function joinRecords(first: SideRecords, second: SideRecords): JoinedRecords {
  const one = columnsOf(first);
  const other = columnsOf(second);
  const { pairs, ...join } = joinColumns(one.columns, other.columns);
  return {
    ...join,
    pairs: pairs.flatMap((places) => {
      const before = one.records[places.first];
      const after = other.records[places.second];
      return before && after ? [{ first: before, second: after }] : [];
    }),
    scorers: [...new Set([...one.scorers, ...other.scorers])],
  };
}

interface Columns {
  readonly columns: ScoredColumns;
  readonly records: readonly ReportRecord[];
  readonly scorers: ReadonlySet<string>;
}

function columnsOf({ title, records }: SideRecords): Columns {
  const columns = createScoredColumns(title, []);
  const scorers = new Set<string>();
  const withOutputs = records.map((record, place) => {
    const joined = joinedLine(record.line);
    columns.add({ text: JSON.stringify(joined), record: joined, line: place + 1 });
    const numbers = outputNumbers(record.line);
    Object.keys(numbers).forEach((key) => scorers.add(key));
    return { ...record, values: { ...numbers, ...record.values } };
  });
  for (const key of columns.scores.keys()) scorers.add(key);
  return { columns, records: withOutputs, scorers };
}

/**
 * Returns the line for a join. A row uses its inputs as its prompt, and a line of a flow uses its
 * number as its id.
 */
function joinedLine(line: JsonObject): JsonObject {
  // The id may change although the other inputs stay the same.
  const inputs = withoutId(inputsOf(line));
  const { id = line["line_number"], prompt = inputs } = line;
  return { ...line, prompt, ...defined({ id }) };
}

function withoutId(inputs: JsonObject): JsonObject {
  const others = Object.entries(inputs).filter(([key]) => key !== "id" && key !== "line_number");
  return Object.fromEntries(others);
}
