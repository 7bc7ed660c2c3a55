import type { ExperimentState, ExperimentStatus } from "../../client/status/status.js";
import { isOver } from "../../client/status/status.js";
import { defined } from "../../domain/defined.js";
import type { LiveStatus, SteeringAction } from "../../domain/report/live-run.js";
import type { ReportState } from "../../domain/report/run-report.js";
import { liveLinesOf } from "./live-lines.js";

const states: Readonly<Record<ExperimentState, ReportState>> = {
  starting: "running",
  running: "running",
  paused: "paused",
  blocked: "blocked",
  cancelling: "running",
  finishing: "running",
  finished: "finished",
  cancelled: "cancelled",
  failed: "failed",
  unknown: "unfinished",
};

/** Returns the part of an experiment's status that the page shows. */
export function liveStatus(status: ExperimentStatus): LiveStatus {
  const { state, inFlight, requestsPerMinute, sentLastMinute, ends, problems, blocked } = status;
  const { asked } = status;
  return {
    state: states[state],
    words: state,
    inFlight,
    requestsPerMinute,
    ...defined({ lastMinute: sentLastMinute, endsAtMs: ends?.atMs, asked }),
    problems: [...problems, ...blocked.map(({ target, reason }) => `${target}: ${reason}`)],
    actions: actionsOf(status),
    ...(!isOver(state) && defined({ lines: liveLinesOf(status) })),
  };
}

/** States to which requests lead once a worker has taken them. */
const askedStates: Readonly<Partial<Record<string, ExperimentState>>> = {
  pause: "paused",
  resume: "running",
  cancel: "cancelling",
};

function actionsOf({ asked = [], ...status }: ExperimentStatus): readonly SteeringAction[] {
  const { failed } = status;
  const askedState = asked.map((request) => askedStates[request]).findLast((to) => to);
  const state = isOver(status.state) ? status.state : (askedState ?? status.state);
  if (isOver(state)) return failed > 0 ? ["retry"] : [];
  if (state === "unknown" || state === "finishing") return [];
  if (state === "cancelling") return ["cancel"];
  if (state === "paused") return ["resume", "change", "cancel"];
  if (state === "blocked") return ["pause", "resume", "change", "cancel"];
  return ["pause", "change", "cancel"];
}
