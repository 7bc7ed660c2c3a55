import type { StepStatus } from "../../src/client/status/step-status.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import { exitCodes } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { withOstinato } from "./with-ostinato.js";

export interface StepsPlace {
  readonly dataFolder: string;
  readonly terminal: Terminal;
  readonly of: "pipeline" | "flow";
}

/** The steps of a run, as they stand. Throws a `UserError` for a run without steps. */
export async function stepsOf(
  name: string,
  { dataFolder, terminal, of }: StepsPlace,
): Promise<readonly StepStatus[]> {
  let steps: readonly StepStatus[] | undefined;
  await withOstinato(terminal, async (ostinato) => {
    const { experimentStatus } = await import("../../src/client/status/experiment-status.js");
    ({ steps } = await experimentStatus(ostinato, name, { dataFolder }));
    return exitCodes.done;
  });
  if (steps) return steps;
  throw new UserError(`Expected "${name}" to be a run of a ${of}, found no steps. Check --live.`);
}
