/** Runs a flow for one line of a run's input. */
import type { MappedLine } from "../../src/domain/flow/inputs/map-line.js";
import type { LineEnd } from "../../src/domain/flow/line.js";
import { parseJsonText } from "../../src/domain/json/json-text.js";
import { runFlow } from "../../src/flow/line/run-flow.js";
import { isAggregation } from "../../src/storage/run/aggregation-folder.js";
import type { LineRun, LineWork } from "./line-work.js";
import { LineJournal } from "./line-journal.js";
import { runAggregation } from "./run-aggregation.js";

/** Runs a line. Never rejects because of the line or its flow. */
export async function runLine(work: LineWork, { entry, ...run }: LineRun): Promise<LineEnd> {
  if (isAggregation(work.run.directory)) return runAggregation(work, { entry, ...run });
  const { store } = work.sending;
  const { kept, executor, executors, log } = work.flow;
  const line = readLine(await store.readLine(entry));
  if (line.error) return { status: "failed", error: line.error, nodes: {} };
  const { journal, known } = await LineJournal.open(store, entry.position);
  return runFlow(kept.flow, line.inputs, {
    ...run,
    number: line.line_number,
    log: (node, text) => log.add({ line: line.line_number, node, text }),
    journal,
    known,
    executor,
    executors,
    limitMs: kept.lineTimeoutMs,
  });
}

function readLine(text: string): MappedLine {
  // The lines are ours: only the start of a run writes them.
  return parseJsonText(text) as unknown as MappedLine;
}
