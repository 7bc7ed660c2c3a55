/**
 * The watch of a data folder's `input`: it looks, starts an experiment for each complete file, the oldest first, and
 * learns how they end.
 *
 * The folder is the memory of what is still to be done, since an experiment takes its file with it: a look that is
 * repeated, a start that is refused or a watch that ends can lose no file and run none twice. Experiments are abandoned
 * children, so that they outlive the watch and it may continue as new at any moment; it carries their ids.
 */
import { CancellationScope, setHandler } from "@temporalio/workflow";
import { describeWatchQuery, pauseSignal, resumeSignal, stopSignal } from "./messages.js";
import type { WatchDescription, WatchInput } from "./messages.js";
import { Watch } from "./watch.js";

export async function watchInput(input: WatchInput): Promise<WatchDescription> {
  const watch = new Watch(input);
  setHandler(pauseSignal, () => watch.pause(true), { description: "Start no more experiments" });
  setHandler(resumeSignal, () => watch.pause(false), { description: "Start experiments again" });
  setHandler(stopSignal, () => watch.stop(), {
    description: "End the watch; experiments that run go on",
  });
  setHandler(describeWatchQuery, () => watch.describe(), { description: "What runs and waits" });
  const root = CancellationScope.current();
  root.cancelRequested.catch(() => watch.stop());
  return CancellationScope.nonCancellable(() => watch.run());
}
