import { Mutex } from "async-mutex";
import { isAborted } from "../src/storage/run/markers.js";
import { isRunMissing } from "../src/storage/run/run-folder.js";
import type { Activities, PageContext, SendPromptsInput, SliceResult } from "./contract.js";
import { EndedGroups } from "./leaser/ended-groups.js";
import type { FindEnded } from "./leaser/ended-groups.js";
import { leaseSlots, nothingMore } from "./leaser/lease-slots.js";
import type { Leasers } from "./leaser/leasers.js";
import type { OpenRun, OpenRuns } from "./open-runs.js";
import { runRows } from "./rows/run-rows.js";
import type { CallObserver } from "./sending/call/call-observer.js";
import type { CallsInFlight } from "./sending/call/calls-in-flight.js";
import { sendPrompts } from "./sending/send-prompts.js";
import type { CallEnd } from "./sending/sending.js";

type PageActivities = Pick<Activities, "leaseSlots" | "sendPrompts" | "runRows">;

export interface PageActivitiesOptions {
  readonly runs: OpenRuns;
  readonly leasers: Leasers;
  readonly calls: CallsInFlight<CallEnd>;
  readonly observer: CallObserver;
  readonly findEnded: FindEnded;
  /** Discards the data of a run's logs that is still in memory. */
  readonly giveUp: (directory: string) => Promise<void>;
}

/** Creates the activities of a page. They work in its open run. */
export function createPageActivities({
  runs,
  findEnded,
  ...options
}: PageActivitiesOptions): PageActivities {
  const { leasers, giveUp } = options;
  const endedGroups = new EndedGroups(findEnded);
  const sending = {
    ...options,
    suspects: new Mutex(),
    isAborted,
    isMissing: isRunMissing,
  };
  // The folder of a terminated experiment may be deleted. Its activities would be retried forever,
  // because nobody cancels its pages.
  const isDeleted = async ({ directory, groupId }: PageContext): Promise<boolean> => {
    if (!(await isRunMissing(directory)) || !(await endedGroups.has(groupId))) return false;
    await giveUp(directory);
    return true;
  };
  const inRun =
    <Input extends PageContext, Result>(
      whenDeleted: (input: Input) => Result,
      work: (run: OpenRun, input: Input) => Promise<Result>,
    ) =>
    async (input: Input): Promise<Result> => {
      if (await isDeleted(input)) return whenDeleted(input);
      return runs.use(input.directory, async (run) => work(run, input));
    };
  return {
    leaseSlots: inRun(
      (input) => nothingMore(input, { groupEnded: true }),
      async (run, input) => leaseSlots({ run, leasers, endedGroups }, input),
    ),
    sendPrompts: inRun(nothingSent, async (run, input) => sendPrompts({ run, ...sending }, input)),
    runRows: inRun(nothingSent, async (run, input) => runRows({ run, ...sending }, input)),
  };
}

/** Returns the result of a slice that leaves all of its records. */
function nothingSent({ ranges, resumes }: SendPromptsInput): SliceResult {
  return { completed: 0, failed: 0, left: ranges, blocked: [], refusals: [], resumes };
}
