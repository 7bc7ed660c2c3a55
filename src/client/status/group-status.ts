import type { Counts, GroupPlan, GroupProgress } from "../../domain/experiment/experiment.js";
import { sharedRate } from "../../domain/experiment/target-plan.js";
import type { SharedRate } from "../../domain/experiment/target-plan.js";
import { defined } from "../../domain/defined.js";
import { unlessNone } from "../../domain/money/spending.js";
import { expectedEnd } from "../../domain/progress/expected-end.js";
import type { ExpectedEnd } from "../../domain/progress/expected-end.js";
import type { Hold } from "../../domain/progress/hold.js";
import { expectedMs } from "../../domain/rates/expected-time.js";
import { ratesOf } from "../../domain/rates/rates.js";
import type { GroupRates } from "../../domain/rates/rates.js";
import type { ExperimentAnswer } from "./ask-experiment.js";
import type { LimitedPace } from "./limited-pace.js";
import type { RunSnapshot } from "./run-files.js";
import type { GroupStatus } from "./status.js";

interface GroupFacts {
  readonly answer?: ExperimentAnswer;
  readonly files?: RunSnapshot;
  /** True if the experiment has ended, so that nothing is left. */
  readonly hasEnded: boolean;
  readonly nowMs: number;
}

const unknownNow: Pick<GroupStatus, "state" | "open"> = { state: "unknown", open: 0 };
const noCounts: Counts = { completed: 0, failed: 0 };
const noEnds = { ended: 0, windowMs: 0 };
/** Ended records after which their number of calls is known well enough. */
const leastEnded = 20;

/** Combines the facts of a group at one moment. */
export function groupStatus(plan: GroupPlan, facts: GroupFacts): GroupStatus {
  const progress = facts.answer?.progress.get(plan.slug);
  const { completed, failed } = facts.files?.counts.get(plan.slug) ?? progress ?? noCounts;
  const left = facts.hasEnded ? 0 : Math.max(0, plan.records - completed - failed);
  const rates = currentRates(plan, progress);
  const { state, open } = progress ?? unknownNow;
  const pace = facts.answer?.paces.get(plan.slug);
  const group: GroupStatus = {
    name: plan.name,
    limitKey: plan.limitKey,
    state: left === 0 ? "finished" : state,
    records: plan.records,
    completed,
    failed,
    open: callsInFlight({
      left,
      open,
      calls: facts.answer?.calls.get(plan.slug),
      toCome: pace?.toCome,
    }),
    ...rates,
    expectedMs: expectedMs({ ...rates, calls: callsLeft(plan, left) }),
    ...waitOf(progress, left),
    ...spendingOf(plan, facts),
  };
  if (left === 0) return group;
  const heldBy = holdOf(group, pace, facts);
  const ends = endOf({ group, plan, pace, heldBy }, facts);
  return { ...group, ...defined({ perMinute: perMinuteOf(pace), heldBy, ends }) };
}

interface OpenFacts {
  readonly left: number;
  /** Records of the pages that have sent all of theirs and wait for the last answers. */
  readonly open: number;
  /** Calls in flight by the last report to the limit. Absent if the limit did not answer. */
  readonly calls: number | undefined;
  /** Slots that it was given for later. */
  readonly toCome: number | undefined;
}

/**
 * Workers report their calls with each lease, so the limit knows them while records are left to
 * send. After that, all that is left is in flight, apart from those whose slots are still to come.
 */
function callsInFlight({ left, open, calls, toCome = 0 }: OpenFacts): number {
  if (calls !== undefined && left > open) return Math.min(left, calls);
  return Math.max(0, Math.min(left, Math.max(open, calls ?? 0)) - toCome);
}

function spendingOf({ slug }: GroupPlan, { files }: GroupFacts): Pick<GroupStatus, "spending"> {
  const spending = files?.spending?.get(slug);
  return defined({ spending: spending && unlessNone(spending) });
}

function perMinuteOf(pace: LimitedPace | undefined): number | undefined {
  return pace && Math.round(pace.perMinute * 10) / 10;
}

function currentRates(
  plan: GroupPlan,
  progress: GroupProgress | undefined,
): GroupRates & SharedRate {
  // The limit of a pipeline's rows has no pace of its own.
  if (plan.targets) return sharedRate(plan.targets);
  const { tokensPerMinute, requestsPerDay } = plan;
  const { requestsPerMinute, inFlight } = progress ?? plan;
  return ratesOf({ requestsPerMinute, tokensPerMinute, inFlight, requestsPerDay });
}

function waitOf(
  progress: GroupProgress | undefined,
  left: number,
): Pick<GroupStatus, "waitsUntilMs"> {
  const { waitsUntilMs } = progress ?? {};
  return left === 0 || waitsUntilMs === undefined ? {} : { waitsUntilMs };
}

function callsLeft({ calls, records }: GroupPlan, left: number): number {
  return (left * (calls ?? records)) / records;
}

function holdOf(
  { state, waitsUntilMs }: GroupStatus,
  pace: LimitedPace | undefined,
  { answer }: GroupFacts,
): Hold | undefined {
  if (!answer) return undefined;
  if (state === "paused" || state === "blocked") return { kind: state };
  if (waitsUntilMs !== undefined) return { kind: "day", untilMs: waitsUntilMs };
  return pace?.hold;
}

interface EndFacts {
  readonly group: GroupStatus;
  readonly plan: GroupPlan;
  readonly pace: LimitedPace | undefined;
  readonly heldBy: Hold | undefined;
}

/** Unknown while the group waits for a person, or while nobody works on it. */
function endOf(facts: EndFacts, { files, nowMs }: GroupFacts): ExpectedEnd | undefined {
  const { group, plan, pace, heldBy } = facts;
  const goes = group.state === "sending" || group.state === "waiting";
  if (!goes || heldBy?.kind === "unreachable") return undefined;
  const requestsPerMinute = pace?.allowedPerMinute ?? group.requestsPerMinute;
  const calls = callsToCome(facts, files);
  return expectedEnd(
    {
      left: leftOf(group),
      expectedMs: expectedMs({ ...group, requestsPerMinute, calls }),
      ...(files?.tallies.recent.get(plan.slug) ?? noEnds),
      atOwnRate: isAtOwnRate(facts),
      ...defined({ startsAtMs: group.waitsUntilMs }),
    },
    nowMs,
  );
}

/** Retries take slots too. */
function callsToCome({ group, plan }: EndFacts, files: RunSnapshot | undefined): number {
  const ended = group.completed + group.failed;
  const sent = files?.tallies.calls.get(plan.slug)?.sent ?? 0;
  const callsEach = ended < leastEnded ? 0 : sent / ended;
  return Math.max(callsLeft(plan, leftOf(group)), leftOf(group) * callsEach);
}

function leftOf({ records, completed, failed }: GroupStatus): number {
  return records - completed - failed;
}

/** The rate of a pipeline's rows depends on their steps. */
function isAtOwnRate({ plan, heldBy }: EndFacts): boolean {
  return !plan.targets && heldBy?.kind === "requests" && heldBy.sharedWith === undefined;
}
