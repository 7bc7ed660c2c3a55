/**
 * Applies processes' call reports to the state of a limit, and lists the slowed targets for them.
 */
import { backOffAfter, isFresh } from "./back-off.js";
import type { BackOff } from "./back-off.js";
import type { CallReport } from "./call-reports.js";
import { isIsolated, watchAfter } from "./isolated.js";
import type { Watch } from "./isolated.js";
import type { Slowed } from "../lease-messages.js";
import { outageAfter } from "./outage.js";
import type { Slowing } from "./slowing.js";
import { mostRequestsPerMinute } from "../../rates/rates.js";
import { intervalMs, isSilent, limitRate } from "../state.js";
import type { LimitState } from "../state.js";

const none: Slowing = { backOffs: {}, outages: {}, whole: false };
/** Time in ms without a 429 or a call after which a watch or an outage is dropped. */
const staleMs = 900_000;

export function noteReports(
  state: LimitState,
  reports: readonly CallReport[],
  nowMs: number,
): LimitState {
  const before = withoutStale(state.slowing ?? none, nowMs);
  const fullRate = limitRate(state, nowMs) ?? state.requestsPerMinute ?? mostRequestsPerMinute;
  const backOffs = { ...before.backOffs };
  const watches = { ...before.watches };
  const outages = { ...before.outages };
  for (const report of reports) {
    const { target } = report;
    const known = { backOff: backOffs[target], watch: watches[target] };
    const { backOff, watch } = targetAfter(known, report, { fullRate, nowMs });
    put(backOffs, target, backOff);
    put(watches, target, watch);
    put(outages, report.host, outageAfter(outages[report.host], report, nowMs));
  }
  const isSlow = [backOffs, watches, outages].some((each) => Object.keys(each).length > 0);
  const whole = reports.at(-1)?.whole ?? before.whole;
  const slowing = { backOffs, outages, whole, ...(Object.keys(watches).length > 0 && { watches }) };
  return { ...state, slowing: isSlow ? slowing : undefined };
}

interface KnownTarget {
  readonly backOff: BackOff | undefined;
  readonly watch: Watch | undefined;
}

/**
 * Returns the state of a target after a report. A back-off that has ended stays watched, so that a
 * later 429 is judged by its share.
 */
function targetAfter(
  { backOff: known, watch: watched }: KnownTarget,
  report: CallReport,
  { fullRate, nowMs }: { readonly fullRate: number; readonly nowMs: number },
): KnownTarget {
  const watch = known ?? watchAfter(watched, report, nowMs);
  if (!watch) return { backOff: undefined, watch: undefined };
  const isSlow = known !== undefined || !isIsolated(watch);
  const backOff = isSlow ? backOffAfter(known, report, { fullRate, nowMs }) : undefined;
  const { answered, refused, lastRefusedAtMs } = watch;
  return { backOff, watch: backOff ? undefined : { answered, refused, lastRefusedAtMs } };
}

function put<Value>(into: Record<string, Value>, key: string, value: Value | undefined): void {
  // The keys are the map's own.
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
  if (value === undefined) delete into[key];
  else into[key] = value;
}

function withoutStale({ backOffs, watches = {}, outages, whole }: Slowing, nowMs: number): Slowing {
  return {
    backOffs: Object.fromEntries(
      Object.entries(backOffs).filter(([, backOff]) => isFresh(backOff, nowMs)),
    ),
    watches: Object.fromEntries(
      Object.entries(watches).filter(([, watch]) => nowMs - watch.lastRefusedAtMs <= staleMs),
    ),
    outages: Object.fromEntries(
      Object.entries(outages).filter(([, { nextTryAtMs }]) => nowMs - nextTryAtMs <= staleMs),
    ),
    whole,
  };
}

/** Returns the slowed targets for a process. The present processes share the pace evenly. */
export function slowedTargets(state: LimitState, nowMs: number): Slowed[] {
  const { slowing } = state;
  if (!slowing) return [];
  const { backOffs, watches = {}, outages, whole } = slowing;
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
    // These targets delay nothing. They make processes report their answers.
    ...Object.keys(watches).map((target) => ({ target, whole, fromMs: 0, everyMs: 0 })),
    ...Object.entries(outages).map(([host, { nextTryAtMs, tryEveryMs }]) => {
      return { host, whole, fromMs: nextTryAtMs, everyMs: tryEveryMs * parts };
    }),
  ];
}
