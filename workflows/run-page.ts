/**
 * A page: a stretch of a group's records whose activities live in one history.
 *
 * It takes slots for a wave of records (about a second's worth), launches an activity for each slice of the wave and
 * does not wait for the answers; it wakes when its slots are nearly used up. After some 40 slices it tells the group
 * where it stopped, so that the next page begins, waits for its tail and reports. It is small because a process that
 * comes back after a crash replays all open pages on one thread.
 *
 * Pause and cancel end it early: calls in flight end normally, and what was not sent is reported as left. The group may
 * continue as new at any moment: it is reached by its id, and a group that is gone ends its pages quietly.
 */
import { CancellationScope, setHandler } from "@temporalio/workflow";
import { Page } from "./page.js";
import type { PageInput } from "./page.js";
import {
  cancelSignal,
  changeSignal,
  pageProgressQuery,
  pauseSignal,
  resumeSignal,
} from "./messages.js";

export async function runPage(input: PageInput): Promise<void> {
  const page = new Page(input);
  setHandler(pauseSignal, () => page.stop(), { description: "Send nothing more and report" });
  setHandler(cancelSignal, () => page.stop(), { description: "Send nothing more and report" });
  setHandler(resumeSignal, (resumed) => page.resume(resumed?.resumes ?? 0), {
    description: "From the group: blocked models may be tried again",
  });
  setHandler(changeSignal, (change) => page.change(change), {
    description: "From the group: another rate, cap or priority",
  });
  setHandler(pageProgressQuery, () => page.progress(), { description: "Counts and position" });
  const root = CancellationScope.current();
  root.cancelRequested.catch(() => page.stop());
  await CancellationScope.nonCancellable(() => page.run());
}
