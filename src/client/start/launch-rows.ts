import type { ExperimentSettings, PipelineInput } from "../../domain/experiment/experiment.js";
import type { StagedRows } from "../../storage/input/stage-rows.js";
import type { Ostinato } from "../connection/ostinato.js";
import { alreadyRunning } from "./running-name.js";
import { launchOrDiscard } from "./start-experiment.js";

/** A run over rows, of a pipeline or a flow, whose input is staged. */
interface RowsLaunch {
  readonly name: string;
  readonly settings: ExperimentSettings;
  readonly rows: StagedRows;
  readonly pipeline: PipelineInput;
}

/** Returns the id of the run. Throws a `UserError` if the name has started in the meantime. */
export async function launchRows(
  ostinato: Ostinato,
  { name, settings, rows, pipeline }: RowsLaunch,
): Promise<string> {
  const { inputPath, inputName, sha256: inputSha256, rows: records } = rows;
  const input = { settings, inputPath, inputName, pipeline };
  const runId = await launchOrDiscard(ostinato, { input, inputSha256, records });
  if (runId === undefined) throw alreadyRunning(name);
  return runId;
}
