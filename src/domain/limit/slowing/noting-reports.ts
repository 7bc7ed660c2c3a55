/**
 * Applies processes' call reports to the state of a limit, and lists the slowed targets for them.
 */
import { backOffAfter } from "./back-off.js";
import type { BackOff } from "./back-off.js";
import type { CallReport } from "./call-reports.js";
import type { Slowed } from "../lease-messages.js";
import { outageAfter } from "./outage.js";
import type { Slowing } from "./slowing.js";
import { mostRequestsPerMinute } from "../../rates/rates.js";
import { intervalMs, isSilent, limitRate } from "../state.js";
import type { LimitState } from "../state.js";

const none: Slowing = { backOffs: {}, outages: {}, whole: false };
/** Time without a call after which the state is dropped, because calls at full pace show most. */
const staleMs = 900_000;

export function noteReports(
  state: LimitState,
  reports: readonly CallReport[],
  nowMs: number,
): LimitState {
  const before = withoutStale(state.slowing ?? none, nowMs);
  const fullRate = limitRate(state, nowMs) ?? state.requestsPerMinute ?? mostRequestsPerMinute;
  const backOffs = { ...before.backOffs };
  const outages = { ...before.outages };
  for (const report of reports) {
    put(
      backOffs,
      report.target,
      backOffAfter(backOffs[report.target], report, { fullRate, nowMs }),
    );
    put(outages, report.host, outageAfter(outages[report.host], report, nowMs));
  }
  const isSlow = Object.keys(backOffs).length + Object.keys(outages).length > 0;
  const whole = reports.at(-1)?.whole ?? before.whole;
  return { ...state, slowing: isSlow ? { backOffs, outages, whole } : undefined };
}

function put<Value>(into: Record<string, Value>, key: string, value: Value | undefined): void {
  // The keys are the map's own.
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
  if (value === undefined) delete into[key];
  else into[key] = value;
}

function withoutStale({ backOffs, outages, whole }: Slowing, nowMs: number): Slowing {
  const fresh = ([, { cutAtMs, grownAtMs, holdUntilMs, lastRefusedAtMs }]: [string, BackOff]) =>
    nowMs - Math.max(cutAtMs, grownAtMs, holdUntilMs, lastRefusedAtMs) <= staleMs;
  return {
    backOffs: Object.fromEntries(Object.entries(backOffs).filter(fresh)),
    outages: Object.fromEntries(
      Object.entries(outages).filter(([, { nextTryAtMs }]) => nowMs - nextTryAtMs <= staleMs),
    ),
    whole,
  };
}

/** The slowed targets for a process. The present processes share the pace evenly. */
export function slowedTargets(state: LimitState, nowMs: number): Slowed[] {
  const { slowing } = state;
  if (!slowing) return [];
  const { backOffs, outages, whole } = slowing;
  const live = Object.values(state.processes).filter((process) => !isSilent(process, nowMs));
  const parts = Math.max(1, live.length);
  return [
    ...Object.entries(backOffs).map(([target, { requestsPerMinute, holdUntilMs, ...backOff }]) => ({
      target,
      whole,
      fromMs: holdUntilMs,
      everyMs: intervalMs(requestsPerMinute) * parts,
      ...(backOff.refusedSinceMs !== null && { refusedSinceMs: backOff.refusedSinceMs }),
    })),
    ...Object.entries(outages).map(([host, { nextTryAtMs, tryEveryMs }]) => {
      return { host, whole, fromMs: nextTryAtMs, everyMs: tryEveryMs * parts };
    }),
  ];
}
