import { cancellationSignal } from "@temporalio/activity";
import { defined } from "../../src/domain/defined.js";
import type { GlobalStep, Graph, Row } from "../../src/domain/graph/graph.js";
import { inputsOf } from "../../src/domain/graph/segments.js";
import { noCount } from "../../src/domain/graph/step-counts.js";
import { behindGlobal } from "../../src/domain/graph/walk/global-rows.js";
import { StreamAborted } from "../../src/executors/stream/run-stream.js";
import { openFunctions } from "../../src/pipeline/code/function-pool.js";
import { keptDefinition, keptGraph } from "../../src/pipeline/kept-graph.js";
import { parseDuration } from "../../src/settings/duration.js";
import { findGlobalCounts, writeGlobalRows } from "../../src/storage/run/pipeline/global-rows.js";
import { readKeptPipeline } from "../../src/storage/run/pipeline/kept-pipeline.js";
import { writeStepReport } from "../../src/storage/run/pipeline/step-report.js";
import type { RunGlobalStepInput } from "../contract.js";
import { GivenRows, numberOf } from "./given-rows.js";

/** Time in ms between two reports of the rows so far. */
const everyMs = 1_000;

/**
 * Runs a global step over the rows of the steps before it, and writes the rows after it. A step
 * that has run to its end does not run again. Throws a `UserError` if its function fails.
 */
export async function runGlobalStep({ directory, step: name }: RunGlobalStepInput): Promise<void> {
  if (await findGlobalCounts(directory, name)) return;
  const kept = await readKeptPipeline(directory);
  const graph = keptGraph(kept);
  const step = globalNamed(graph, name);
  const { parameters, time_limit: limit } = keptDefinition(kept).steps[name] ?? {};
  const inputs = inputsOf(graph, step).map((input) => new GivenRows({ directory, step }, input));
  const counts = { made: 0 };
  const functions = await openFunctions(directory);
  const report = reporting(directory, name, counts);
  const signal = cancellationSignal();
  try {
    const rows = inputs.map((input) => input.rows());
    const made = functions.runGlobal(step.use, rows, {
      step: name,
      signal,
      ...defined({ parameters, limitMs: limit === undefined ? undefined : parseDuration(limit) }),
    });
    await writeGlobalRows(
      { first: directory, step: name },
      behind(step, made, counts),
      async () => ({ ...counts, given: await numberOf(inputs) }),
    );
  } catch (error) {
    // The reason is the SDK's CancelledFailure.
    throw error instanceof StreamAborted ? signal.reason : error;
  } finally {
    await report.end();
    await functions.end();
  }
}

function globalNamed({ steps }: Graph, name: string): GlobalStep {
  const step = steps.find((each) => each.name === name);
  if (step?.kind === "global") return step;
  throw new Error(`Expected a global step, got ${JSON.stringify(name)}.`);
}

async function* behind(
  step: GlobalStep,
  rows: AsyncIterable<Row>,
  counts: { made: number },
): AsyncGenerator<Row, void, undefined> {
  for await (const row of rows) {
    yield behindGlobal(step, row);
    counts.made += 1;
  }
}

/** Yields the rows and reports their number, for display. */
function reporting(
  directory: string,
  step: string,
  counts: { readonly made: number },
): { readonly end: () => Promise<void> } {
  let writing = Promise.resolve();
  const report = (inFlight: number): void => {
    const counted = { [step]: { ...noCount, done: counts.made } };
    const calls = { [step]: { waiting: 0, inFlight } };
    writing = writing
      .then(async () =>
        writeStepReport(directory, `global-${step}`, {
          writtenAt: Date.now(),
          counts: counted,
          calls,
        }),
      )
      // The counts are only displayed, so a run continues without them.
      .catch(() => undefined);
  };
  const timer = setInterval(report, everyMs, 1);
  report(1);
  return {
    end: async () => {
      clearInterval(timer);
      report(0);
      await writing;
    },
  };
}
