/**
 * An experiment: one input file, from its check to its completed file.
 *
 * It runs in one history (about nine events per group), because continuing as new would close its
 * groups. Failures of calls, pages and groups do not make it fail: records without an outcome at
 * the finish are sent again. Only a rejected input fails it, before anything is moved or sent.
 */
import { CancellationScope, setHandler } from "@temporalio/workflow";
import { problemOfChange, problemOfResume } from "../../src/domain/experiment/steering.js";
import { Experiment } from "./experiment.js";
import { ifSound } from "../if-sound.js";
import {
  cancelSignal,
  changeSignal,
  describeQuery,
  pauseSignal,
  resumeSignal,
} from "../messages.js";
import type { Change, ExperimentResult, Resume, RunExperimentInput } from "../messages.js";
import { uncancelled } from "../uncancelled.js";

export async function runExperiment(input: RunExperimentInput): Promise<ExperimentResult> {
  const experiment = new Experiment(input);
  setHandler(
    pauseSignal,
    uncancelled(() => experiment.pause()),
    { description: "Send nothing more until resumed" },
  );
  setHandler(
    resumeSignal,
    uncancelled(
      ifSound(problemOfResume, (message?: Resume | null) => experiment.resume(message ?? {})),
    ),
    { description: "Go on, blocked models included; or with another maximum cost" },
  );
  setHandler(
    cancelSignal,
    uncancelled(() => experiment.cancel()),
    {
      description: "Send nothing more and write the files; a second one aborts the calls in flight",
    },
  );
  setHandler(
    changeSignal,
    uncancelled(ifSound(problemOfChange, (change: Change) => experiment.change(change))),
    { description: "Another rate, maximum of calls in flight, or priority" },
  );
  setHandler(describeQuery, () => experiment.describe(), { description: "Groups and state" });
  const root = CancellationScope.current();
  root.cancelRequested.catch(uncancelled(() => experiment.cancel()));
  return CancellationScope.nonCancellable(() => experiment.run());
}
