import { anyTarget } from "../../domain/experiment/target-plan.js";
import type { Manifest } from "../../domain/experiment/experiment.js";
import { UserError } from "../../domain/failure/user-error.js";
import { hintOf } from "../../domain/nearest-match.js";
import { resumeSignal } from "../../../workflows/messages.js";
import { dropModel } from "../../storage/run/dropped-models.js";
import { findManifest } from "../../storage/run/run-folder.js";
import type { Ostinato } from "../connection/ostinato.js";
import { experimentStatus } from "../status/experiment-status.js";
import { activeDirectory } from "../status/find-experiment.js";
import { findOpen, signal } from "./steer-experiment.js";
import type { Delivery } from "./delivery.js";

export interface DroppedModel {
  /** `<api>/<model>` */
  readonly target: string;
  /** `kept` if no worker runs. The model's records then fail when the next worker starts. */
  readonly delivery: Delivery;
}

/**
 * Drops one model of a running experiment: its records without an answer fail with the type
 * `Dropped`, and the others continue. Calls in flight end normally. With several stages, it applies
 * to the running stage. Needs the data folder.
 *
 * @param model `<api>/<model>`, or the model alone if only one API has it
 * @throws UserError for an unknown model, and if the experiment is not running
 */
export async function dropExperimentModel(
  ostinato: Ostinato,
  name: string,
  model: string,
): Promise<DroppedModel> {
  const found = await findOpen(ostinato, name);
  const directory = activeDirectory(found);
  const manifest = directory === undefined ? undefined : await findManifest(directory);
  if (directory === undefined || !manifest) {
    throw new UserError(
      `Expected the folder of "${name}", found none on this machine. Try again once it is prepared, or where its data folder is.`,
    );
  }
  const target = targetIn(manifest, model);
  await dropModel(directory, target);
  const { state, blocked, workerAnswers } = await experimentStatus(ostinato, name);
  const isWaiting = blocked.some((one) => one.target === target);
  if (!isWaiting || state === "paused") {
    return { target, delivery: workerAnswers ? "taken" : "kept" };
  }
  // The records of a blocked model wait for a person. A resume makes the group check them again.
  return {
    target,
    delivery: await signal(ostinato, found, (handle) => handle.signal(resumeSignal)),
  };
}

function targetIn({ groups, targets }: Manifest, model: string): string {
  const ofRows = groups.flatMap((group) => group.targets?.map(({ target }) => target) ?? []);
  const known = [...new Set([...targets, ...ofRows])].filter(
    (target) => target !== anyTarget && target !== "",
  );
  const matching = known.filter((target) => target === model || target.endsWith(`/${model}`));
  const [target, ...others] = matching.includes(model) ? [model] : matching;
  if (target !== undefined && others.length === 0) return target;
  throw new UserError(
    `Expected one model of the experiment, got ${JSON.stringify(model)}. ${hintOf(model, known)}`,
  );
}
