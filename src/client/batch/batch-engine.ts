import { defined } from "../../domain/defined.js";
import type { BatchResult } from "../../domain/flow/result/batch-result.js";
import type { ExperimentStatus } from "../status/status.js";
import { connect } from "../connection/connect.js";
import type { Ostinato } from "../connection/ostinato.js";
import { followExperiment } from "../status/follow-experiment.js";
import { cancelExperiment } from "../steer/steer-experiment.js";
import { ensureWorker } from "../worker/ensure-worker.js";
import type { BatchSettings } from "./batch-settings.js";
import type { GivenFlow } from "./open-given.js";
import { saveLines } from "./earlier/line-storage.js";
import type { LineStorage } from "./earlier/line-storage.js";
import { readBatchDetails, readBatchResult } from "./read-batch-result.js";
import { startBatch } from "./start-batch.js";

type FlowSettings = "connections" | "init" | "variant" | "variables" | "executor";

export interface BatchEngineOptions extends Pick<BatchSettings, FlowSettings> {
  /** Folder for relative paths of inputs and outputs. @default the current folder */
  readonly workingDir?: string;
  /**
   * Also receives the record of each line once a run has ended. @default the records stay in the
   * run's folder only
   */
  readonly storage?: Pick<LineStorage, "save">;
  /** Existing connection to use; it stays open. @default each run opens and closes a connection */
  readonly ostinato?: Ostinato;
}

export interface BatchRunOptions extends Omit<BatchSettings, FlowSettings> {
  /** Folder that receives a copy of `output.jsonl` and `result.json`. */
  readonly outputDir?: string;
  /** Throw a `LineFailures` if a line failed, after everything is written. @default false */
  readonly raiseOnLineFailure?: boolean;
  /** Cancels the run. Its result then contains the lines that have ended. */
  readonly signal?: AbortSignal;
  /** Called with each change of the counts. */
  readonly onProgress?: (status: ExperimentStatus) => void;
}

/** Thrown with `raiseOnLineFailure` if lines of a batch run failed. */
export class LineFailures extends Error {
  override readonly name = "LineFailures";
  readonly result: BatchResult;

  constructor(result: BatchResult) {
    const { failedLines, totalLines, errorSummary } = result;
    const [first] = errorSummary.errorList;
    const text = first ? ` Line ${first.lineNumber} is the first: ${first.error.message}` : "";
    super(`${failedLines} of ${totalLines} lines failed.${text}`);
    this.result = result;
  }
}

/**
 * Runs a flow over lines, with promptflow's names. Each run is an experiment, so all other
 * functions work with its name.
 */
export class BatchEngine {
  readonly #flow: GivenFlow;
  readonly #options: BatchEngineOptions;

  /**
   * @param flow a file or folder of a flow or of a chat group, or a chat group; see
   *   docs/batch-runs.md
   */
  constructor(flow: GivenFlow, options: BatchEngineOptions = {}) {
    this.#flow = flow;
    this.#options = options;
  }

  /**
   * Runs the flow over all lines. Throws a `UserError` before the first line for an invalid flow,
   * mapping, input or setting.
   */
  async run(given: BatchRunOptions): Promise<BatchResult> {
    const { ostinato } = this.#options;
    if (ostinato) return await this.#runWith(ostinato, given);
    const own = await connect();
    try {
      return await this.#runWith(own, given);
    } finally {
      await own.close();
    }
  }

  async #runWith(ostinato: Ostinato, given: BatchRunOptions): Promise<BatchResult> {
    const { outputDir, raiseOnLineFailure = false, signal, onProgress, ...settings } = given;
    const { workingDir, connections, init, variant, variables, executor, storage } = this.#options;
    const { name, finished } = await startBatch(ostinato, this.#flow, {
      ...settings,
      ...defined({ workingDir, connections, init, variant, variables, executor }),
    });
    if (!finished) await untilEnded(ostinato, name, defined({ signal, onProgress }));
    const place = defined({ dataFolder: given.dataFolder });
    const found = await readBatchResult(ostinato, name, place);
    if (!found) throw new Error(`Expected "${name}" to have a result.`);
    if (storage) await saveLines(storage, readBatchDetails(ostinato, name, place));
    if (outputDir !== undefined) await found.copyTo(outputDir, workingDir);
    if (raiseOnLineFailure && found.result.failedLines > 0) throw new LineFailures(found.result);
    return found.result;
  }
}

async function untilEnded(
  ostinato: Ostinato,
  name: string,
  { signal, onProgress }: Pick<BatchRunOptions, "signal" | "onProgress">,
): Promise<void> {
  const worker = await ensureWorker(ostinato, { name, role: "child" });
  const cancel = (): void => void cancelExperiment(ostinato, name);
  signal?.addEventListener("abort", cancel, { once: true });
  if (signal?.aborted === true) cancel();
  try {
    for await (const status of followExperiment(ostinato, name)) onProgress?.(status);
  } finally {
    signal?.removeEventListener("abort", cancel);
    await worker.stop();
  }
}
