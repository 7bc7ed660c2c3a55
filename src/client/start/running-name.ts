import { UserError } from "../../domain/failure/user-error.js";
import type { Ostinato } from "../connection/ostinato.js";
import { findExperiment } from "../status/find-experiment.js";

/** Throws a `UserError` if an experiment of this name is running. */
export async function refuseRunning({ client }: Ostinato, name: string): Promise<void> {
  const running = await findExperiment(client, name);
  if (running?.open === true) throw alreadyRunning(name);
}

export function alreadyRunning(name: string): UserError {
  return new UserError(
    `An experiment named "${name}" is running. Follow it with \`ostinato follow ${name}\`, or give this run another name with --name.`,
  );
}
