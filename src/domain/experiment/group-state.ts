/**
 * What a group knows of its records, as plain JSON: it travels with each continue-as-new.
 *
 * Every record of the group is in exactly one place: not sent yet (`remaining`), with a page that has told how far it
 * sent (`pages`), left to be walked again (`left`), waiting for a person (`blockedRanges`), or counted. A page that
 * has not told yet owns nothing: should it end, its records are still `remaining`, and those that have an outcome
 * already are passed over.
 */
import type { ChangeableRates } from "../rates/changed-rates.js";
import { defined } from "../defined.js";
import type { BlockedTarget, Counts, GroupPhase } from "./experiment.js";
import { fewRanges, mergeRanges, rangesBefore, rangesFrom } from "./ranges.js";
import type { Range } from "./ranges.js";

export interface GroupState extends Counts {
  readonly remaining: readonly Range[];
  readonly left: readonly Range[];
  readonly blockedRanges: readonly Range[];
  readonly blocked: readonly BlockedTarget[];
  readonly pages: readonly OpenPage[];
  /** Pages that have ended and whose histories the server still has, oldest first. */
  readonly endedPages: readonly number[];
  readonly nextPage: number;
  /**
   * Ranges were joined over records that were counted already, since there were too many to travel: from then on
   * records that are passed over are not counted.
   */
  readonly coarse: boolean;
  readonly resumes: number;
  readonly paused: boolean;
  readonly cancelled: boolean;
  readonly requestsPerMinute: number;
  readonly inFlight?: number;
  /** How often the rates were changed. @default 0 */
  readonly changes?: number;
  /** Where it was changed: else it is that of the start. */
  readonly priority?: number;
  /** Its calls of the day are used up: when there are some again. */
  readonly waitsUntilMs?: number | undefined;
}

export interface OpenPage {
  readonly page: number;
  /** What it has sent of the group; `null` while it is still sending. */
  readonly sent: readonly Range[] | null;
}

/** A process that comes back replays all open pages; so many are there only where calls take many minutes. */
const mostPages = 200;
/** Deleted together, since each deletion is an activity. */
const pagesADeletion = 10;

/** Of the page that is sending there is one at most. */
export function isSending(state: GroupState): boolean {
  return state.pages.some(({ sent }) => sent === null);
}

export function canStartPage(state: GroupState): boolean {
  return (
    !state.paused &&
    !state.cancelled &&
    state.waitsUntilMs === undefined &&
    !isSending(state) &&
    state.pages.length < mostPages &&
    (state.remaining.length > 0 || canWalkLeft(state))
  );
}

/** Coarse ranges may hold records that an open page still sends: another process would send them a second time. */
function canWalkLeft({ left, coarse, pages }: GroupState): boolean {
  return left.length > 0 && !(coarse && pages.length > 0);
}

export function isFinished(state: GroupState): boolean {
  if (state.pages.length > 0) return false;
  if (state.cancelled) return true;
  return state.remaining.length + state.left.length + state.blockedRanges.length === 0;
}

/** Nothing goes on before a person has put something right. */
export function isBlocked(state: GroupState): boolean {
  return (
    state.blockedRanges.length > 0 &&
    state.remaining.length + state.left.length === 0 &&
    !isSending(state)
  );
}

/** What was left is walked when all else has been. */
export function startPage(state: GroupState): GroupState {
  const remaining = state.remaining.length > 0 ? state.remaining : state.left;
  const left = state.remaining.length > 0 ? state.left : [];
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

export interface PageReport extends Counts {
  readonly page: number;
  readonly left: readonly Range[];
  readonly blocked: readonly Range[];
  readonly resumes: number;
  readonly coarse?: boolean;
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
  });
}

/** The server refuses messages of more than 2 MiB. */
function bounded(state: GroupState): GroupState {
  const left = fewRanges(state.left);
  const blocked = fewRanges(state.blockedRanges);
  const coarse = state.coarse || left.coarse || blocked.coarse;
  return { ...state, left: left.ranges, blockedRanges: blocked.ranges, coarse };
}

/** A page that ended without a report: terminated in the Web UI, or failed. All that it had is walked again. */
export function pageLost(state: GroupState, page: number): GroupState {
  const lost = state.pages.find((one) => one.page === page);
  if (!lost) return state;
  return bounded({
    ...state,
    left: mergeRanges([...state.left, ...(lost.sent ?? [])]),
    pages: state.pages.filter((one) => one !== lost),
  });
}

/** Ended pages whose histories are due to be deleted, if the group keeps those of `keep` pages. */
export function pagesToForget({ endedPages }: GroupState, keep: number): readonly number[] {
  return endedPages.length < keep + pagesADeletion ? [] : endedPages.slice(0, -keep);
}

export function forgotPages(state: GroupState, pages: readonly number[]): GroupState {
  return { ...state, endedPages: state.endedPages.filter((page) => !pages.includes(page)) };
}

/** A new day, or a quota that may have been raised. */
export function waitOver(state: GroupState): GroupState {
  return { ...state, waitsUntilMs: undefined };
}

export function resumed(state: GroupState): GroupState {
  return bounded({
    ...waitOver(state),
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

/** In one word, for people. */
export function phaseOf(state: GroupState): GroupPhase {
  if (state.cancelled) return "cancelled";
  if (isFinished(state)) return "finished";
  if (state.paused) return "paused";
  if (isSending(state)) return "sending";
  return isBlocked(state) && state.pages.length === 0 ? "blocked" : "waiting";
}

/** Where the pages of a group begin. */
interface GroupStart {
  readonly ranges: readonly Range[];
  readonly coarse?: boolean;
  readonly firstPage: number;
}

/** A group that has all its records, or some, before it. */
export function groupAtStart(
  plan: ChangeableRates,
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
    ...defined({ inFlight: plan.inFlight, changes: plan.changes }),
  };
}
