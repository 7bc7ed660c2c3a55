/**
 * A page: a part of a group's records whose activities are in one history.
 *
 * It leases slots for a wave of records (about a second's worth) and starts an activity for each
 * slice, without waiting for the answers. It wakes when its slots are nearly used up. After about
 * 25 slices it tells the group its position, which starts the next page. Then it waits for its last
 * answers and reports. Pages are small because a process replays all open pages on one thread after
 * a crash.
 *
 * Pause and cancel end the page early. Calls in flight end normally, and unsent records are
 * reported as left. The group may continue as new at any moment, because its id stays the same. If
 * the group is gone, its pages end without an error.
 */
import { CancellationScope, setHandler } from "@temporalio/workflow";
import { problemOfChange, problemOfResume } from "../../src/domain/experiment/steering.js";
import { ifSound } from "../if-sound.js";
import { Page } from "./page.js";
import type { PageInput } from "./page-input.js";
import {
  cancelSignal,
  changeSignal,
  pageProgressQuery,
  pauseSignal,
  resumeSignal,
} from "../messages.js";
import type { Change, Resume } from "../messages.js";

export async function runPage(input: PageInput): Promise<void> {
  const page = new Page(input);
  setHandler(pauseSignal, () => page.stop(), { description: "Send nothing more and report" });
  setHandler(cancelSignal, () => page.stop(), { description: "Send nothing more and report" });
  setHandler(
    resumeSignal,
    ifSound(problemOfResume, (message?: Resume | null) => page.resume(message?.resumes ?? 0)),
    { description: "From the group: blocked models may be tried again" },
  );
  setHandler(
    changeSignal,
    ifSound(problemOfChange, (change: Change) => page.change(change)),
    { description: "From the group: another rate, maximum of calls in flight, or priority" },
  );
  setHandler(pageProgressQuery, () => page.progress(), { description: "Counts and position" });
  const root = CancellationScope.current();
  root.cancelRequested.catch(() => page.stop());
  await CancellationScope.nonCancellable(() => page.run());
}
