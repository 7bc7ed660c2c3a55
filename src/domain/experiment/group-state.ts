/**
 * State of a group, as plain JSON. It travels with each continue-as-new.
 *
 * Every record of the group is in exactly one place:
 *
 * - `remaining`: not sent
 * - `pages`: in a page that has reported its sent records
 * - `left`: to be sent again
 * - `blockedRanges`: blocked until a person acts
 * - the counts: it has an outcome
 *
 * A page without a report owns no records. If it ends, its records are still in `remaining`, and
 * records with an outcome are skipped.
 */
import { sumOfCounts } from "../graph/step-counts.js";
import type { StepCounts } from "../graph/step-counts.js";
import type { ChangeableRates } from "../rates/changed-rates.js";
import { defined } from "../defined.js";
import { changedRates } from "../rates/changed-rates.js";
import type { RateChange } from "../rates/changed-rates.js";
import { joinDays } from "./next-day.js";
import type { NextDay } from "./next-day.js";
import { changedTargets } from "./target-plan.js";
import type { TargetPlan } from "./target-plan.js";
import type { BlockedTarget, Counts, GroupPhase } from "./experiment.js";
import { fewRanges, mergeRanges, rangesBefore, rangesFrom } from "./ranges.js";
import type { PageReport } from "./page-report.js";
import type { Range } from "./ranges.js";

export interface GroupState extends Counts {
  readonly remaining: readonly Range[];
  readonly left: readonly Range[];
  readonly blockedRanges: readonly Range[];
  readonly blocked: readonly BlockedTarget[];
  readonly pages: readonly OpenPage[];
  /** Ended pages whose histories the server still has, oldest first. */
  readonly endedPages: readonly number[];
  readonly nextPage: number;
  /**
   * True if ranges were joined across counted records, because there were too many ranges for a
   * message. From then on, skipped records are not counted.
   */
  readonly coarse: boolean;
  readonly resumes: number;
  readonly paused: boolean;
  readonly cancelled: boolean;
  readonly requestsPerMinute: number;
  readonly inFlight?: number;
  /** Number of changes of the rates. @default 0 */
  readonly changes?: number;
  /** Current rates of the models that a pipeline's rows call. */
  readonly targets?: readonly TargetPlan[];
  /**
   * Number of accepted rows after which the group ends. Set if an exact number of rows is wanted.
   */
  readonly rowsWanted?: number;
  /** Counts of a pipeline's steps, over the rows of ended pages. */
  readonly steps?: StepCounts;
  /** Number of accepted rows in the report of the last ended page. */
  readonly accepted?: number;
  /** Set if the priority was changed after the start. */
  readonly priority?: number;
  /**
   * Time at which the daily quota allows calls again, in ms since the epoch. Set while it is used
   * up.
   */
  readonly waitsUntilMs?: number | undefined;
  /** Set while some rows wait for the next day and other rows continue. */
  readonly nextDay?: NextDay | undefined;
}

export interface OpenPage {
  readonly page: number;
  /** The part of the group that the page has sent; `null` while it is sending. */
  readonly sent: readonly Range[] | null;
}

/**
 * Maximum number of open pages. A restarted process replays all of them. The maximum is reached
 * only if calls take many minutes. Running groups depend on this number, so a change needs a patch.
 */
const mostPages = 200;

/** At most one page sends at a time. */
export function isSending(state: GroupState): boolean {
  return state.pages.some(({ sent }) => sent === null);
}

export function canStartPage(state: GroupState): boolean {
  return (
    !state.paused &&
    !state.cancelled &&
    state.waitsUntilMs === undefined &&
    !isSending(state) &&
    !isEnough(state) &&
    state.pages.length < mostOpenPages(state) &&
    (state.remaining.length > 0 || canSendLeft(state))
  );
}

/**
 * Returns the maximum number of open pages. If an exact number of rows is wanted, it is one: a page
 * must know all rows in progress, so the page before it must have ended.
 */
function mostOpenPages({ rowsWanted }: GroupState): number {
  return rowsWanted === undefined ? mostPages : 1;
}

/** True once the wanted number of rows is accepted. All other rows are not needed. */
function isEnough({ rowsWanted = Infinity, accepted = 0 }: GroupState): boolean {
  return accepted >= rowsWanted;
}

/**
 * True if the records in `left` can be sent. Coarse ranges may include records of an open page,
 * which another process would send a second time.
 */
function canSendLeft({ left, coarse, pages }: GroupState): boolean {
  return left.length > 0 && !(coarse && pages.length > 0);
}

export function isFinished(state: GroupState): boolean {
  if (state.pages.length > 0) return false;
  if (state.cancelled || isEnough(state)) return true;
  if (state.nextDay) return false;
  return state.remaining.length + state.left.length + state.blockedRanges.length === 0;
}

/** True if the group cannot continue until a person acts. */
export function isBlocked(state: GroupState): boolean {
  return (
    state.blockedRanges.length > 0 &&
    state.nextDay === undefined &&
    state.remaining.length + state.left.length === 0 &&
    !isSending(state)
  );
}

/**
 * Starts a page. Positions in `left` are sent after all others. If an exact number of rows is
 * wanted, they are sent first, so that rows with paid answers are finished before new rows start.
 */
export function startPage(state: GroupState): GroupState {
  const isLast = state.rowsWanted === undefined && state.remaining.length > 0;
  const remaining = isLast ? state.remaining : mergeRanges([...state.left, ...state.remaining]);
  const left = isLast ? state.left : [];
  const pages = [...state.pages, { page: state.nextPage, sent: null }];
  return { ...state, remaining, left, pages, nextPage: state.nextPage + 1 };
}

interface SentReport {
  readonly page: number;
  readonly position: number;
  readonly usedUpUntilMs?: number;
}

export function pageSent(state: GroupState, report: SentReport): GroupState {
  const { page, position, usedUpUntilMs } = report;
  const known = state.pages.find((one) => one.page === page);
  if (known?.sent !== null) return state;
  const sent = rangesBefore(state.remaining, position);
  const pages = state.pages.map((one) => (one.page === page ? { page, sent } : one));
  const waitsUntilMs = usedUpUntilMs ?? state.waitsUntilMs;
  return { ...state, remaining: rangesFrom(state.remaining, position), pages, waitsUntilMs };
}

export function pageDone(state: GroupState, report: PageReport): GroupState {
  if (!state.pages.some(({ page }) => page === report.page)) return state;
  const resumedSince = report.resumes < state.resumes;
  return bounded({
    ...state,
    completed: state.completed + report.completed,
    failed: state.failed + report.failed,
    left: mergeRanges([...state.left, ...report.left, ...(resumedSince ? report.blocked : [])]),
    blockedRanges: mergeRanges([...state.blockedRanges, ...(resumedSince ? [] : report.blocked)]),
    pages: state.pages.filter(({ page }) => page !== report.page),
    coarse: state.coarse || report.coarse === true,
    endedPages: [...state.endedPages, report.page],
    waitsUntilMs: report.usedUpUntilMs ?? state.waitsUntilMs,
    ...defined({
      accepted: report.accepted,
      steps: report.steps && sumOfCounts([state.steps ?? {}, report.steps]),
      nextDay: joinDays(state.nextDay, report.nextDay),
    }),
  });
}

/**
 * Applies a change of rates. The rates of a pipeline's rows belong to targets; other groups have
 * their own rates.
 */
export function changed(
  state: GroupState,
  change: RateChange & { readonly group?: string; readonly priority?: number },
): GroupState {
  const { requestsPerMinute, inFlight, changes, targets, ...rest } = state;
  const priority = defined({ priority: change.priority });
  if (targets) return { ...state, targets: changedTargets(targets, change), ...priority };
  const rates = { requestsPerMinute, ...defined({ inFlight, changes }) };
  return { ...rest, ...changedRates(rates, change), ...priority };
}

/** Reduces the state to a size that the server accepts. The server rejects messages above 2 MiB. */
function bounded(state: GroupState): GroupState {
  const left = fewRanges(state.left);
  const blocked = fewRanges(state.blockedRanges);
  const ofNextDay = fewRanges(state.nextDay?.ranges ?? []);
  const coarse = state.coarse || left.coarse || blocked.coarse || ofNextDay.coarse;
  const nextDay = state.nextDay && { ...state.nextDay, ranges: ofNextDay.ranges };
  const ranges = { left: left.ranges, blockedRanges: blocked.ranges, ...defined({ nextDay }) };
  return { ...state, ...ranges, coarse };
}

/**
 * Handles a page that ended without a report: it failed or was terminated in the Web UI. All its
 * records are sent again.
 */
export function pageLost(state: GroupState, page: number): GroupState {
  const lost = state.pages.find((one) => one.page === page);
  if (!lost) return state;
  return bounded({
    ...state,
    left: mergeRanges([...state.left, ...(lost.sent ?? [])]),
    pages: state.pages.filter((one) => one !== lost),
  });
}

/**
 * Ends the wait for a new day. Called when the day begins, or when the quota may have been raised.
 */
export function waitOver({ nextDay, ...state }: GroupState): GroupState {
  const left = nextDay ? mergeRanges([...state.left, ...nextDay.ranges]) : state.left;
  return { ...state, left, waitsUntilMs: undefined };
}

export function resumed(before: GroupState): GroupState {
  const state = waitOver(before);
  return bounded({
    ...state,
    paused: false,
    resumes: state.resumes + 1,
    left: mergeRanges([...state.left, ...state.blockedRanges]),
    blockedRanges: [],
    blocked: [],
  });
}

export function refused(
  state: GroupState,
  resumes: number,
  targets: readonly BlockedTarget[],
): GroupState {
  if (resumes < state.resumes) return state;
  const fresh = targets.filter(({ target }) => !state.blocked.some((one) => one.target === target));
  return { ...state, blocked: [...state.blocked, ...fresh] };
}

/** Returns the phase in one word, for users. */
export function phaseOf(state: GroupState): GroupPhase {
  if (state.cancelled) return "cancelled";
  if (isFinished(state)) return "finished";
  if (state.paused) return "paused";
  if (isSending(state)) return "sending";
  return isBlocked(state) && state.pages.length === 0 ? "blocked" : "waiting";
}

/** The ranges of a group before its first page. */
interface GroupStart {
  readonly ranges: readonly Range[];
  readonly coarse?: boolean;
  readonly firstPage: number;
}

/** Returns the initial state of a group that has all or some of its records to send. */
export function groupAtStart(
  plan: ChangeableRates & Pick<GroupState, "targets" | "rowsWanted">,
  { ranges, coarse = false, firstPage }: GroupStart,
): GroupState {
  return {
    remaining: ranges,
    left: [],
    blockedRanges: [],
    blocked: [],
    pages: [],
    endedPages: [],
    nextPage: firstPage,
    coarse,
    resumes: 0,
    paused: false,
    cancelled: false,
    completed: 0,
    failed: 0,
    requestsPerMinute: plan.requestsPerMinute,
    ...defined({ inFlight: plan.inFlight, changes: plan.changes, targets: plan.targets }),
    ...defined({ rowsWanted: plan.rowsWanted }),
  };
}
