import type { CallReport } from "../../../../src/domain/limit/slowing/call-reports.js";
import { lease } from "../../../../src/domain/limit/lease.js";
import { instantsOf } from "../../../../src/domain/limit/slots.js";
import { emptyLimit } from "../../../../src/domain/limit/state.js";
import type { LimitState } from "../../../../src/domain/limit/state.js";

const start = 1_700_000_000_000;

/** How a server of the simulation takes a call that is sent at this time, in ms since the start. */
export type Server = (atMs: number) => "answered" | "refused" | "away";

export interface SimulatedEnd {
  /** In ms since the start. */
  readonly sentMs: number;
  readonly end: ReturnType<Server>;
}

/** A bucket that fills at a rate, which may change, and holds a few calls. */
export function bucketServer(allowed: (atMs: number) => number, burst = 3): Server {
  let left = burst;
  let lastMs = 0;
  return (atMs) => {
    left = Math.min(burst, left + ((atMs - lastMs) * allowed(atMs)) / 60_000);
    lastMs = atMs;
    if (left < 1) return "refused";
    left -= 1;
    return "answered";
  };
}

interface Sleep {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * One process that always wants calls and reports how they end, as a leaser does: with its next
 * request, at once where a call was refused or failed.
 */
export function simulate(
  server: Server,
  {
    rate = 600,
    durationMs,
    latencyMs = 400,
    asleep = { fromMs: durationMs, toMs: durationMs },
    retryAfterMs,
  }: {
    rate?: number;
    durationMs: number;
    latencyMs?: number;
    asleep?: Sleep;
    /** `Retry-After` of each 429. */
    retryAfterMs?: number;
  },
): { readonly ends: readonly SimulatedEnd[]; readonly state: LimitState } {
  let state: LimitState = emptyLimit;
  const ends: SimulatedEnd[] = [];
  let planned: number[] = [];
  let open: OpenCall[] = [];
  let ended: SimulatedEnd[] = [];
  let askAtMs = 0;
  let slowed = false;
  for (let nowMs = 0; nowMs < durationMs; nowMs += 20) {
    if (nowMs >= asleep.fromMs && nowMs < asleep.toMs) continue;
    // A call that slept through its slot leases a new one.
    const due = planned.filter((one) => one <= nowMs && nowMs - one <= 250);
    open.push(...due.map(() => callAt(nowMs, server, latencyMs)));
    planned = planned.filter((one) => one > nowMs);
    const now = open.filter(({ endsMs }) => endsMs <= nowMs);
    open = open.filter(({ endsMs }) => endsMs > nowMs);
    ends.push(...now);
    ended.push(...now);
    if (ended.some(({ end }) => end !== "answered")) askAtMs = Math.min(askAtMs, nowMs);
    if (nowMs < askAtMs) continue;
    const report = reportOf(ended, { nowMs, slowed, retryAfterMs });
    ended = unreported(ended, report);
    const ask = { group: "a", requestsPerMinute: rate, priority: 3, claimed: 0, running: 0 };
    const wanted = planned.length > rate / 60 ? 0 : Math.ceil(rate / 60);
    const request = { process: "one", asks: [{ ...ask, wanted }], reports: report };
    const [next, answer] = lease(state, request, start + nowMs);
    state = next;
    slowed = answer.slowed !== undefined;
    const given = answer.grants.flatMap(({ slots }) => [...instantsOf(slots)]);
    planned.push(...given.map((atMs) => atMs - start));
    const toldMs = Math.min(nowMs + 1_000, answer.askAgainAtMs - start);
    const lastMs = given.length > 0 ? planned.at(-1) : undefined;
    askAtMs = Math.max(nowMs + 20, lastMs === undefined ? toldMs : lastMs - 1_300);
  }
  return { ends, state };
}

/** Answers before a 429 are reported with it, up to 100. */
function unreported(ended: readonly SimulatedEnd[], report: readonly CallReport[]): SimulatedEnd[] {
  return report.length > 0 ? [] : ended.slice(-100);
}

type OpenCall = SimulatedEnd & { readonly endsMs: number };

function callAt(sentMs: number, server: Server, latencyMs: number): OpenCall {
  const end = server(sentMs);
  return { sentMs, end, endsMs: sentMs + (end === "answered" ? latencyMs : 50) };
}

function reportOf(
  ended: readonly SimulatedEnd[],
  {
    nowMs,
    slowed,
    retryAfterMs,
  }: { nowMs: number; slowed: boolean; retryAfterMs: number | undefined },
): CallReport[] {
  const of = (end: SimulatedEnd["end"]) => ended.filter((one) => one.end === end);
  const away = of("away").at(-1);
  const lastRefused = of("refused").at(-1);
  if (!slowed && !away && !lastRefused) return [];
  const report = {
    target: "test/m",
    host: "api.test",
    whole: true,
    answered: of("answered").length,
    refused: of("refused").length,
    ...(lastRefused && { refusedSentMsAgo: nowMs - lastRefused.sentMs }),
    ...(lastRefused && retryAfterMs !== undefined && { holdForMs: retryAfterMs }),
    ...(away && { away: { sentMsAgo: nowMs - away.sentMs, reason: "refused" } }),
  };
  return [report];
}

/** A server that refuses a share of the calls at random, whatever their rate. */
export function randomServer(share: number, seed: number): Server {
  let state = seed;
  return () => {
    // The generator of Numerical Recipes.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 < share ? "refused" : "answered";
  };
}

/** Calls of a kind that were sent between two times, in ms since the start. */
export function countBetween(
  ends: readonly SimulatedEnd[],
  kind: SimulatedEnd["end"],
  [fromMs, toMs]: readonly [number, number],
): number {
  return ends.filter(({ end, sentMs }) => end === kind && sentMs >= fromMs && sentMs < toMs).length;
}
