import type { ExperimentStatus, GroupStatus } from "../../client/status/status.js";
import type { StepStatus } from "../../client/status/step-status.js";
import { defined } from "../../domain/defined.js";
import type { Spending } from "../../domain/money/spending.js";
import type { Hold } from "../../domain/progress/hold.js";
import { holdWords } from "../../domain/progress/hold-words.js";
import type { LiveLine } from "../../domain/report/live-run.js";

/**
 * Returns the lines of a run; `undefined` for a run with one group, whose facts are those of the
 * run.
 */
export function liveLinesOf({ steps, groups }: ExperimentStatus): readonly LiveLine[] | undefined {
  if (steps) return steps.map(lineOfStep);
  return groups.length > 1 ? groups.map(lineOfGroup) : undefined;
}

function lineOfStep(step: StepStatus): LiveLine {
  const { name, use, models = [], done, failed, dropped, inFlight, waiting } = step;
  const { perMinute, requestsPerMinute } = step;
  return {
    name,
    done,
    failed,
    dropped,
    inFlight,
    waiting,
    about: models.length > 0 ? models.join(", ") : use,
    ...defined({ perMinute, requestsPerMinute, heldBy: wordOf(step.heldBy) }),
    ...costOf(step.spending),
  };
}

function lineOfGroup(group: GroupStatus): LiveLine {
  const { name, limitKey, completed, failed, open, records, state } = group;
  const { perMinute, requestsPerMinute } = group;
  const isOver = state === "finished" || state === "cancelled";
  return {
    name,
    about: limitKey,
    done: completed,
    failed,
    dropped: 0,
    inFlight: open,
    waiting: 0,
    total: records,
    requestsPerMinute,
    ...defined({ perMinute, endsAtMs: group.ends?.atMs }),
    ...defined({ heldBy: isOver ? state : wordOf(group.heldBy) }),
    ...costOf(group.spending),
  };
}

function wordOf(hold: Hold | undefined): string | undefined {
  return hold && holdWords[hold.kind];
}

function costOf(spending: Spending | undefined): Pick<LiveLine, "cost" | "unpriced"> {
  if (!spending) return {};
  const { cost, unknownCalls } = spending;
  return { cost, ...(unknownCalls > 0 && { unpriced: unknownCalls }) };
}
