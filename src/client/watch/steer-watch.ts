import type { WorkflowHandle } from "@temporalio/client";
import { WorkflowNotFoundError } from "../connection/temporal.js";
import { pauseSignal, resumeSignal, stopSignal } from "../../../workflows/messages.js";
import { awaitDelivery } from "../steer/delivery.js";
import type { Delivery } from "../steer/delivery.js";
import { findWatch, watchedFolderOf } from "./find-watch.js";
import type { FindOptions } from "../connection/find-options.js";
import type { Ostinato } from "../connection/ostinato.js";
import { unwatched } from "./watch-status.js";

/** Changes a watch. Takes effect once a worker runs. Throws a `UserError` if there is no watch. */
export type SteerWatch = (ostinato: Ostinato, options?: FindOptions) => Promise<SteeredWatch>;

export interface SteeredWatch {
  /** The watched folder. */
  readonly dataFolder: string;
  readonly delivery: Delivery;
}

/** Pauses new experiments until the watch is resumed. Running experiments continue. */
export const pauseWatch: SteerWatch = (ostinato, options) =>
  steer(ostinato, options, (handle) => handle.signal(pauseSignal));

/** Starts experiments for waiting files again. */
export const resumeWatch: SteerWatch = (ostinato, options) =>
  steer(ostinato, options, (handle) => handle.signal(resumeSignal));

/** Ends the watch. Running experiments continue, and waiting files stay in place. */
export const stopWatch: SteerWatch = (ostinato, options) =>
  steer(ostinato, options, (handle) => handle.signal(stopSignal));

async function steer(
  ostinato: Ostinato,
  options: FindOptions | undefined,
  send: (handle: WorkflowHandle) => Promise<void>,
): Promise<SteeredWatch> {
  const dataFolder = await watchedFolderOf(options ?? {}, ostinato.env);
  const found = await findWatch(ostinato, dataFolder);
  if (found?.open !== true) throw unwatched(dataFolder);
  try {
    await send(ostinato.client.workflow.getHandle(found.workflowId));
    return { dataFolder, delivery: await awaitDelivery(ostinato, found.workflowId) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw unwatched(dataFolder);
    throw error;
  }
}
