/**
 * The watch of a data folder's `input`. It looks at the folder, starts an experiment for each
 * complete file, oldest first, and waits for their ends.
 *
 * The folder stores the remaining work, because an experiment moves its file. A repeated look, a
 * refused start or the end of the watch therefore loses no file and runs none twice. Experiments
 * are abandoned children: they outlive the watch, which can continue as new at any moment and keeps
 * their ids.
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
    description: "End the watch; running experiments continue",
  });
  setHandler(describeWatchQuery, () => watch.describe(), { description: "What runs and waits" });
  const root = CancellationScope.current();
  root.cancelRequested.catch(() => watch.stop());
  return CancellationScope.nonCancellable(() => watch.run());
}
