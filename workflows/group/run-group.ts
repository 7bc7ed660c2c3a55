/**
 * A group: records of an experiment that share a pace, handled in pages.
 *
 * One page at a time is sending; earlier pages wait for their last answers. Pages are abandoned
 * children that signal this workflow's id, so it can continue as new at any moment without waiting
 * for them. A page that ends without a report is detected by its close or, after a continue-as-new,
 * by a check once its group has heard nothing for a while. Its records are sent again, except those
 * with an outcome.
 */
import { CancellationScope, setHandler } from "@temporalio/workflow";
import { pageDone, pageSent, refused } from "../../src/domain/experiment/group-state.js";
import {
  problemOfPageReport,
  problemOfRefused,
  problemOfSent,
} from "../../src/domain/experiment/page-messages.js";
import type { PageReport } from "../../src/domain/experiment/page-report.js";
import { problemOfChange } from "../../src/domain/experiment/steering.js";
import { Group } from "./group.js";
import type { GroupInput, GroupResult } from "./group.js";
import { ifSound } from "../if-sound.js";
import {
  cancelSignal,
  changeSignal,
  doneSignal,
  groupProgressQuery,
  pauseSignal,
  refusedSignal,
  resumeSignal,
  sentSignal,
} from "../messages.js";
import type { Change, Refused, Sent } from "../messages.js";
import { uncancelled } from "../uncancelled.js";

export async function runGroup(input: GroupInput): Promise<GroupResult> {
  const group = new Group(input);
  setHandler(
    sentSignal,
    ifSound(problemOfSent, (sent: Sent) => group.update((state) => pageSent(state, sent))),
    { description: "From a page: how far it has sent" },
  );
  setHandler(
    doneSignal,
    ifSound(problemOfPageReport, (report: PageReport) =>
      group.update((state) => pageDone(state, report)),
    ),
    { description: "From a page: it has ended" },
  );
  setHandler(
    refusedSignal,
    ifSound(problemOfRefused, ({ resumes, refusals }: Refused) =>
      group.update((state) => refused(state, resumes, refusals)),
    ),
    { description: "From a page: a model waits for a person" },
  );
  setHandler(
    pauseSignal,
    uncancelled(() => group.pause()),
    { description: "Send nothing more until resumed" },
  );
  setHandler(
    resumeSignal,
    uncancelled(() => group.resume()),
    { description: "Go on, blocked models included" },
  );
  setHandler(
    cancelSignal,
    uncancelled(() => group.cancel()),
    { description: "Send nothing more" },
  );
  setHandler(
    changeSignal,
    uncancelled(ifSound(problemOfChange, (change: Change) => group.change(change))),
    { description: "Another rate, maximum of calls in flight, or priority" },
  );
  setHandler(groupProgressQuery, () => group.progress(), { description: "Counts and state" });
  const root = CancellationScope.current();
  root.cancelRequested.catch(uncancelled(() => group.cancel()));
  return CancellationScope.nonCancellable(() => group.run());
}
