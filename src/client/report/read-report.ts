import { dirname } from "node:path";
import { defined } from "../../domain/defined.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import type { RunReport } from "../../domain/report/run-report.js";
import { createReportTally } from "../../report/tally/report-tally.js";
import type { PaceLimits } from "../../report/tally/pace-tally.js";
import type { ReportSums } from "../../report/tally/report-tally.js";
import { runPaths } from "../../storage/run/run-folder.js";
import { readRecords } from "./read-records.js";
import type { RecordFacts } from "./read-records.js";
import { readVerdicts } from "./read-verdicts.js";
import type { FoundVerdicts } from "./read-verdicts.js";
import { readRunFacts } from "./run-facts.js";
import type { RunFacts } from "./run-facts.js";
import { readRunGraph, readSteps } from "./run-graph.js";

/**
 * Reads a run's files once, record by record, and returns its report. Needs no server, and also
 * works while the run is in progress.
 *
 * @param directory the run's state folder
 * @param onRecord called with each record, in the order of the input
 */
export async function readReport(
  directory: string,
  onRecord: (record: ReportRecord) => void | Promise<void> = () => undefined,
): Promise<RunReport> {
  const readAt = Date.now();
  const opened = await openRecords(directory);
  const tally = createReportTally();
  for await (const record of opened.records) {
    tally.add(record);
    await onRecord(record);
  }
  return composeReport({ ...opened, sums: tally.sums(limitsOf(opened.facts)), readAt, directory });
}

/** The limits of the groups at the start of the run. */
export function limitsOf({ manifest }: RunFacts): PaceLimits {
  return manifest.groups.map(({ limitKey: key, requestsPerMinute }) => ({
    key,
    requestsPerMinute,
  }));
}

/** Facts about a run for its records and its report. */
export interface OpenedFacts {
  readonly facts: RunFacts;
  readonly verdicts: FoundVerdicts;
  readonly modelOfStep: RecordFacts["modelOfStep"];
}

interface OpenedRecords extends OpenedFacts {
  /** Records in the order of the input. */
  readonly records: AsyncGenerator<ReportRecord, void, undefined>;
}

/** Opens the records of a run so far, with the facts for reading them. */
export async function openRecords(directory: string): Promise<OpenedRecords> {
  const opened = await openFacts(directory);
  const { modelOfStep, verdicts } = opened;
  return { ...opened, records: readRecords(directory, { verdicts: verdicts.byId, modelOfStep }) };
}

/** @param mostHashed same as for `readRunFacts` */
export async function openFacts(directory: string, mostHashed?: number): Promise<OpenedFacts> {
  const facts = await readRunFacts(directory, mostHashed);
  const steps = facts.kind === "experiment" ? [] : await readSteps(directory);
  const models = new Map(steps.map((step) => [step.name, step.models]));
  const verdicts = await readVerdicts(
    runPaths(directory).completed,
    dirname(dirname(dirname(directory))),
  );
  const modelOfStep = (step: string): string | undefined =>
    models.get(step)?.length === 1 ? models.get(step)?.[0] : undefined;
  return { facts, verdicts, modelOfStep };
}

interface Parts extends Pick<OpenedFacts, "facts" | "verdicts">, Pick<RunReport, "readAt"> {
  readonly directory: string;
  readonly sums: ReportSums;
}

/**
 * Composes the report of a run from the sums over its records. Reads the counts of a pipeline's
 * steps.
 */
export async function composeReport(parts: Parts): Promise<RunReport> {
  const { facts, sums, verdicts, readAt, directory } = parts;
  const graph = facts.kind === "experiment" ? undefined : await readRunGraph(directory);
  const { finished, input } = facts;
  const { name, kind, startedAt, finishedAt, scores, reproduce } = facts;
  const { metrics, batchErrors, stageMoney } = facts;
  const { completed, failed, dropped, ...figures } = sums;
  // Global steps produce new rows for a later segment, so there can be more outcomes than inputs.
  const open = Math.max(0, input - completed - failed - dropped);
  return {
    version: 1,
    name,
    kind,
    scores,
    reproduce,
    ...defined({ startedAt, finishedAt, metrics, batchErrors, stageMoney }),
    state: finished ? endState(sums) : "unfinished",
    readAt,
    books: { input: completed + failed + dropped + open, completed, failed, dropped, open },
    ...figures,
    verdicts: verdicts.summary?.rows ?? [],
    ...defined({ agreement: verdicts.summary?.agreement, graph, judgesMoney: verdicts.money }),
  };
}

function endState({ failures }: ReportSums): "finished" | "cancelled" {
  return failures.some(({ type }) => type === "cancelled") ? "cancelled" : "finished";
}
