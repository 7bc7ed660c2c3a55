import { shellWord } from "../../domain/shell-word.js";
import { defined } from "../../domain/defined.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonValue } from "../../domain/json/json.js";
import type {
  ComparisonReport,
  PairRecord,
  PairReport,
  PairSide,
  SettingDifference,
} from "../../domain/report/pair-report.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import type { RunReport } from "../../domain/report/run-report.js";
import { createValueGroups } from "../../evaluation/compare/value-groups.js";
import type { ValuesOfKey } from "../../evaluation/compare/value-groups.js";
import { compareRecords } from "../../report/pairs/compare-records.js";
import { createReportTally } from "../../report/tally/report-tally.js";
import { runPaths } from "../../storage/run/run-folder.js";
import { readReport } from "./read-report.js";
import { reportedRun } from "./reported-run.js";

/** Two runs, or the records of one run grouped by the values of a key. */
export type Compared =
  { readonly first: string; readonly second: string } | (ValuesOfKey & { readonly run: string });

export interface ReadComparison {
  readonly report: ComparisonReport;
  /** The pairs of each comparison, in the order of the first input. */
  readonly pairs: readonly (readonly PairRecord[])[];
  /** State folder of the newer run. */
  readonly directory: string;
}

interface Reading {
  readonly dataFolder: string;
  /** Called for each record read. */
  readonly onRead: () => void;
}

/**
 * Reads one or two runs and compares their records. Holds all records in memory. Throws a
 * `UserError` for an unknown run, and if the runs have no record in common.
 */
export async function readComparison(
  compared: Compared,
  { dataFolder, onRead }: Reading,
): Promise<ReadComparison> {
  const readAt = Date.now();
  if ("run" in compared) {
    const directory = await reportedRun(compared.run, dataFolder);
    const sides = sidesByValue(await readSide(directory, onRead), compared);
    return { directory, ...composed(sides, { readAt, by: compared.by }) };
  }
  const first = await reportedRun(compared.first, dataFolder);
  const directory = await reportedRun(compared.second, dataFolder);
  if (first === directory) throw sameRun(compared.first);
  const sides = [await readSide(first, onRead), await readSide(directory, onRead)] as const;
  return { directory, ...composed([titled(sides)], { readAt }) };
}

interface Side {
  readonly side: PairSide;
  readonly records: readonly ReportRecord[];
}

type Sides = readonly [first: Side, second: Side];

function composed(
  all: readonly Sides[],
  about: Pick<ComparisonReport, "readAt" | "by">,
): Pick<ReadComparison, "report" | "pairs"> {
  const compared = all.map(([first, second]) => {
    const { figures, pairs } = compareRecords(named(first), named(second));
    if (pairs.length === 0) throw nothingInBoth(first.side, second.side);
    const settings = settingDifferences(first.side, second.side);
    const report: PairReport = { first: first.side, second: second.side, ...figures, settings };
    return { report, pairs };
  });
  const comparisons = compared.map(({ report }) => report);
  return {
    report: { version: 1, kind: "comparison", ...about, comparisons },
    pairs: compared.map(({ pairs }) => pairs),
  };
}

function named({ side: { title }, records }: Side): {
  readonly title: string;
  readonly records: readonly ReportRecord[];
} {
  return { title, records };
}

async function readSide(directory: string, onRead: () => void): Promise<Side> {
  const records: ReportRecord[] = [];
  const report = await readReport(directory, (record) => {
    onRead();
    records.push(record);
  });
  return { side: sideOf(report, runPaths(directory).stamp), records };
}

function sideOf(report: RunReport, stamp: string): PairSide {
  const { name, kind, state, startedAt, finishedAt, books, models, failures, reproduce } = report;
  return {
    title: name,
    name,
    stamp,
    kind,
    state,
    books,
    models,
    failures,
    reproduce,
    ...defined({ startedAt, finishedAt }),
  };
}

/** Adds the start time to the titles of two runs with the same name. */
function titled([first, second]: Sides): Sides {
  if (first.side.title !== second.side.title) return [first, second];
  const withStamp = ({ side, records }: Side): Side => ({
    side: { ...side, title: `${side.name}, ${side.stamp}` },
    records,
  });
  return [withStamp(first), withStamp(second)];
}

function sidesByValue({ side, records }: Side, values: ValuesOfKey): readonly Sides[] {
  const groups = createValueGroups<ReportRecord[]>(values, () => []);
  for (const record of records) groups.of(record.line)?.push(record);
  const { baseline, others } = groups.all();
  const sideOfValue = ({ value, group }: typeof baseline): Side => ({
    side: { ...side, title: value, ...sumsOf(group) },
    records: group,
  });
  const first = sideOfValue(baseline);
  return others.map((other) => [first, sideOfValue(other)]);
}

function sumsOf(records: readonly ReportRecord[]): Pick<PairSide, "books" | "models" | "failures"> {
  const tally = createReportTally();
  records.forEach(tally.add);
  const { completed, failed, dropped, models, failures } = tally.sums([]);
  const books = { input: records.length, completed, failed, dropped, open: 0 };
  return { books, models, failures };
}

/**
 * Returns the differing settings. The names of the runs are left out, because they always differ.
 */
function settingDifferences(first: PairSide, second: PairSide): readonly SettingDifference[] {
  const one = first.reproduce.settings;
  const other = second.reproduce.settings;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  names.delete("name");
  return [...names].flatMap((name) => {
    const [before, after] = [textOf(one[name]), textOf(other[name])];
    return before === after ? [] : [{ name, ...defined({ first: before, second: after }) }];
  });
}

function textOf(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function sameRun(name: string): UserError {
  return new UserError(
    `Expected two different runs, got ${JSON.stringify(name)} twice. To compare with an older run of the name, pass its completed file: data/output/<name>/<stamp>-completed-<name>.jsonl. To compare the models of one run: ostinato report ${shellWord(name)} --by model.`,
  );
}

function nothingInBoth(first: PairSide, second: PairSide): UserError {
  return new UserError(
    `Expected records that are in both ${JSON.stringify(first.title)} and ${JSON.stringify(second.title)}, found none with the same id or the same prompt. Compare runs of the same input. If a run asks several models, the other run must ask one of them.`,
  );
}
