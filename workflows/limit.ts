/**
 * The entity `limit/<key>`: the shared limit of all experiments, workers and machines with its key.
 *
 * It stores the time of the next slot and answers the update `lease`. It has no timer per slot: the
 * processes ask again when it tells them to. It continues as new after about 30 leases, which keeps
 * a replay after a crash short. It ends after ten minutes without requests, unless its state must
 * be kept.
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from "@temporalio/workflow";
import type { LeaseRequest, LimitCap } from "../src/domain/limit/lease-messages.js";
import { limitCalls } from "../src/domain/limit/calls.js";
import { emptyLimit, isIdle, isLive, limitInFlight, limitRate } from "../src/domain/limit/state.js";
import type { LimitState } from "../src/domain/limit/state.js";
import { StandingClock } from "../src/domain/limit/standing-clock.js";
import { lease } from "../src/domain/limit/lease.js";
import { problemOfCap, problemOfLease } from "../src/domain/experiment/steering.js";
import { slowdownsOf } from "../src/domain/limit/slowing/slowdowns.js";
import type { Slowdown } from "../src/domain/limit/slowing/slowdowns.js";
import { limitLeasesARun } from "../src/domain/experiment/sizes.js";
import { ClosedHistories, runBefore } from "./closed-histories.js";
import { ifSound } from "./if-sound.js";
import { leaseUpdate, limitStateQuery, setCapSignal } from "./messages.js";
import type { LimitInput } from "./messages.js";

const lookAgain = "5 minutes";

export async function limit({
  key,
  state: carried,
  leasesARun = limitLeasesARun,
  undeleted = [],
}: LimitInput): Promise<void> {
  // State from an earlier version lacks newer fields.
  let state: LimitState = { ...emptyLimit, ...carried };
  let leases = 0;
  const clock = new StandingClock();
  const show = (): void => {
    setCurrentDetails(detailsOf(key, state, Date.now()));
  };
  setHandler(
    leaseUpdate,
    (request) => {
      clock.note(Date.now(), workflowInfo().historyLength);
      const [next, answer] = lease(state, request, Date.now());
      state = next;
      leases += 1;
      show();
      return answer;
    },
    {
      description: "Lease slots for the groups of a worker process",
      validator: refuseUnsound,
    },
  );
  setHandler(
    setCapSignal,
    ifSound(problemOfCap, (cap: LimitCap) => {
      state = { ...state, cap };
      show();
    }),
    { description: "Put a cap on the limit for everybody; an empty one takes it off" },
  );
  setHandler(limitStateQuery, () => state, { description: "What the limit remembers" });
  const isFull = (): boolean =>
    leases >= leasesARun || clock.stands || workflowInfo().continueAsNewSuggested;
  const histories = new ClosedHistories([...runBefore(), ...undeleted]);
  void histories.delete();
  // A cancel request from the Web UI is ignored. Otherwise the next lease would start a new limit
  // without the cap, without the calls of the day and without those of the last minute.
  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      const full = await condition(isFull, lookAgain, { summary: "is anybody still asking?" });
      if (full) {
        await condition(allHandlersFinished);
        await continueAsNew<typeof limit>({
          key,
          state,
          leasesARun: limitLeasesARun,
          undeleted: histories.earlierRuns,
        });
      }
      if (isIdle(state, Date.now())) return;
    }
  });
}

function refuseUnsound(request: LeaseRequest): void {
  const problem = problemOfLease(request);
  if (problem !== undefined) throw new Error(problem);
}

function detailsOf(key: string, state: LimitState, nowMs: number): string {
  const rate = limitRate(state, nowMs);
  const inFlight = limitInFlight(state, nowMs);
  const holders = Object.entries(state.holders).filter(([, holder]) => isLive(holder, nowMs));
  return [
    `**${key}**`,
    `Rate: ${rate === undefined ? "nobody asks" : `${rate} requests a minute`}`,
    `Calls in flight: ${limitCalls(state, nowMs)}${Number.isFinite(inFlight) ? ` of ${inFlight}` : ""}`,
    ...slowdownsOf(state, nowMs).map(detailOf),
    ...holders.map(([group, { requestsPerMinute }]) => `- ${group}: ${requestsPerMinute} a minute`),
  ].join("\n\n");
}

function detailOf(slowdown: Slowdown): string {
  const since = timeOf(slowdown.sinceMs);
  if (slowdown.kind === "unreachable") {
    const { host, nextTryAtMs, reason } = slowdown;
    return `**${host} unreachable since ${since}**, next try ${timeOf(nextTryAtMs)}: ${reason}`;
  }
  const { target, requestsPerMinute } = slowdown;
  return `${target} slowed to ${requestsPerMinute.toFixed(1)} a minute by 429s since ${since}`;
}

/** Formats a time as `14:03:10 UTC`. */
function timeOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`;
}
