import { defined } from "../../src/domain/defined.js";
import { executorOf, executorsOf } from "../../src/flow/code/executor-of.js";
import type { CodeFacts, ExecutorPool } from "../../src/executors/lines/executor.js";
import { CodeLog } from "../../src/storage/batch/code-log.js";
import { writerName } from "../../src/storage/log/log-files.js";
import { openReuseIndex } from "../../src/storage/reuse/reuse-index.js";
import type { ReuseIndex } from "../../src/storage/reuse/reuse-index.js";
import { isAggregation, runOfAggregation } from "../../src/storage/run/aggregation-folder.js";
import { readKeptFlow } from "../../src/storage/run/kept-flow.js";
import type { KeptFlow } from "../../src/storage/run/kept-flow.js";
import { runPaths } from "../../src/storage/run/run-folder.js";
import { writeStepReport } from "../../src/storage/run/pipeline/step-report.js";
import { Turns } from "../sending/turns.js";
import { StepBoard } from "../rows/step-board.js";

/** A run's flow, ready to handle lines. */
export interface OpenFlow {
  readonly kept: KeptFlow;
  /** Runs the user's code; absent if the flow has no code or is a chat group. */
  readonly executor?: ExecutorPool;
  /** Run the code of a chat group's roles, by role. */
  readonly executors: ReadonlyMap<string, ExecutorPool>;
  /** Facts about the code, from the greeting of its executor. */
  readonly facts: readonly CodeFacts[];
  /** Answers of earlier runs; absent if the run reuses none. */
  readonly reuse?: ReuseIndex;
  readonly board: StepBoard;
  /** Receives the output of the code. */
  readonly log: CodeLog;
  /** Turns of the lines that run in this process. Lines that the window has admitted wait here. */
  readonly turns: Turns;
  readonly close: () => Promise<void>;
}

/**
 * Returns the path of the code log. An aggregation that asks models is a separate run, and uses the
 * log of the run of its lines.
 */
function codeLogOf(directory: string): string {
  return runPaths(isAggregation(directory) ? runOfAggregation(directory) : directory).codeLog;
}

export async function openFlow(directory: string): Promise<OpenFlow> {
  const kept = await readKeptFlow(directory);
  const reuse = await openReuseIndex(directory);
  const name = writerName();
  const board = new StepBoard(async (report) => writeStepReport(directory, name, report));
  const log = new CodeLog(codeLogOf(directory));
  const { flow } = kept;
  const isGroup = flow.kind === "chat";
  const executor = isGroup ? undefined : executorOf({ ...kept, flow }, directory);
  const executors = isGroup ? executorsOf(flow.roles, kept, directory) : new Map<never, never>();
  const pools = [...executors.values(), ...(executor ? [executor] : [])];
  for (const pool of executors.values()) await pool.start();
  return {
    kept,
    board,
    log,
    turns: new Turns(kept.workers),
    facts: (await executor?.start()) ?? [],
    executors,
    ...defined({ executor, reuse }),
    close: async () => {
      const ended = pools.map(async (pool) => pool.end());
      await Promise.all([...ended, reuse?.close(), board.close(), log.close()]);
    },
  };
}
