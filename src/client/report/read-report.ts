import { dirname } from "node:path";
import { defined } from "../../domain/defined.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import type { RunReport } from "../../domain/report/run-report.js";
import { createReportTally } from "../../report/tally/report-tally.js";
import type { ReportSums } from "../../report/tally/report-tally.js";
import { runPaths } from "../../storage/run/run-folder.js";
import { readRecords } from "./read-records.js";
import { readVerdicts } from "./read-verdicts.js";
import type { FoundVerdicts } from "./read-verdicts.js";
import { readRunFacts } from "./run-facts.js";
import type { RunFacts } from "./run-facts.js";
import { readRunGraph, readSteps } from "./run-graph.js";

/**
 * Reads a run's files once, record by record, and returns its report. Needs no server, and works
 * while the run goes on.
 *
 * @param directory the run's state folder
 * @param onRecord called with each record, in the order of the input
 */
export async function readReport(
  directory: string,
  onRecord: (record: ReportRecord) => void | Promise<void> = () => undefined,
): Promise<RunReport> {
  const readAt = Date.now();
  const { facts, verdicts, records } = await openRecords(directory);
  const { kind, manifest } = facts;
  const tally = createReportTally();
  for await (const record of records) {
    tally.add(record);
    await onRecord(record);
  }
  const limits = manifest.groups.map(({ limitKey: key, requestsPerMinute }) => ({
    ...{ key, requestsPerMinute },
  }));
  const graph = kind === "pipeline" ? await readRunGraph(directory) : undefined;
  return composeReport({
    facts,
    sums: tally.sums(limits),
    verdicts,
    readAt,
    ...defined({ graph }),
  });
}

interface OpenedRecords {
  readonly facts: RunFacts;
  readonly verdicts: FoundVerdicts;
  /** In the order of the input. */
  readonly records: AsyncGenerator<ReportRecord, void, undefined>;
}

/** The records of a run so far, and the facts that they need. */
export async function openRecords(directory: string): Promise<OpenedRecords> {
  const facts = await readRunFacts(directory);
  const steps = facts.kind === "experiment" ? [] : await readSteps(directory);
  const models = new Map(steps.map((step) => [step.name, step.models]));
  const verdicts = await readVerdicts(
    runPaths(directory).completed,
    dirname(dirname(dirname(directory))),
  );
  const records = readRecords(directory, {
    verdicts: verdicts.byId,
    modelOfStep: (step) => (models.get(step)?.length === 1 ? models.get(step)?.[0] : undefined),
  });
  return { facts, verdicts, records };
}

interface Parts extends Pick<RunReport, "readAt" | "graph"> {
  readonly facts: RunFacts;
  readonly sums: ReportSums;
  readonly verdicts: FoundVerdicts;
}

function composeReport({ facts, sums, verdicts, readAt, graph }: Parts): RunReport {
  const { finished, input } = facts;
  const { name, kind, startedAt, finishedAt, scores, reproduce } = facts;
  const { completed, failed, dropped, ...figures } = sums;
  // Global steps give a later segment rows of its own, so there can be more ends than inputs.
  const open = Math.max(0, input - completed - failed - dropped);
  return {
    version: 1,
    ...{ name, kind, scores, reproduce },
    ...defined({ startedAt, finishedAt }),
    state: finished ? endState(sums) : "unfinished",
    readAt,
    books: { input: completed + failed + dropped + open, completed, failed, dropped, open },
    ...figures,
    verdicts: verdicts.summary?.rows ?? [],
    ...defined({ agreement: verdicts.summary?.agreement, graph }),
  };
}

function endState({ failures }: ReportSums): "finished" | "cancelled" {
  return failures.some(({ type }) => type === "cancelled") ? "cancelled" : "finished";
}
