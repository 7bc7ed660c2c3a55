import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  startChild,
  workflowInfo,
} from "@temporalio/workflow";
import type { SignalDefinition } from "@temporalio/workflow";
import { WorkflowExecutionAlreadyStartedError } from "@temporalio/common";
import { defined } from "../../src/domain/defined.js";
import type { GroupPlan, GroupProgress } from "../../src/domain/experiment/experiment.js";
import {
  canStartPage,
  changed,
  isFinished,
  pageLost,
  phaseOf,
  resumed,
  startPage,
  waitOver,
} from "../../src/domain/experiment/group-state.js";
import type { GroupState, OpenPage } from "../../src/domain/experiment/group-state.js";
import { forgotPages, pagesToForget } from "../../src/domain/experiment/histories.js";
import type { ClosedRun } from "../../src/domain/experiment/histories.js";
import { pageId } from "../../src/domain/experiment/ids.js";
import { idleUntilMs, waitEndsAtMs } from "../../src/domain/experiment/next-day.js";
import { changesBetween } from "../../src/domain/experiment/target-plan.js";
import { countPositions } from "../../src/domain/experiment/ranges.js";
import { silenceBeforeLookMs } from "../../src/domain/experiment/silence-before-look.js";
import { groupEventsARun, pageSizes } from "../../src/domain/experiment/sizes.js";
import type { PageSizes } from "../../src/domain/experiment/sizes.js";
import { lookups } from "../activity-proxies.js";
import { ClosedHistories, runBefore } from "../closed-histories.js";
import { experimentAttributes } from "../experiment-attributes.js";
import { InTurn } from "../in-turn.js";
import { cancelSignal, changeSignal, pauseSignal, resumeSignal } from "../messages.js";
import type { Change } from "../messages.js";
import { runPage } from "../page/run-page.js";
import { groupDetailsOf } from "./group-details.js";

export interface GroupInput {
  readonly directory: string;
  readonly plan: GroupPlan;
  readonly priority: number;
  readonly preview: boolean;
  /** Total rate of the experiment's other groups. */
  readonly otherRequestsPerMinute: number;
  /** Number of latest pages whose histories a local server keeps. */
  readonly keptPages: number;
  readonly state: GroupState;
  /** Sizes of the group's pages. @default the sizes of this version */
  readonly sizes?: PageSizes;
  /**
   * Number of events in its history after which it continues as new. @default the number of this
   * version
   */
  readonly eventsARun?: number;
  /** Earlier runs of the group whose histories are not deleted yet. @default none */
  readonly undeleted?: readonly ClosedRun[];
}

export interface GroupResult {
  readonly cancelled: boolean;
}

const rangesAPage = 1_000;

/** The state of a group and its actions. `runGroup` connects the messages. */
export class Group {
  readonly #input: GroupInput;
  readonly #id = workflowInfo().workflowId;
  #state: GroupState;
  #messages = 0;
  readonly #telling = new InTurn();
  /** Number of messages to pages that are under way. */
  #tellings = 0;
  #histories = new ClosedHistories([]);
  /** Pages that an earlier run started. Empty in a run that an earlier version began. */
  #earlierPages: ReadonlySet<number> = new Set();
  #looks = 0;

  constructor(input: GroupInput) {
    this.#input = input;
    this.#state = input.state;
  }

  async run(): Promise<GroupResult> {
    const before = runBefore();
    if (before.length > 0 && patched("short-runs-of-groups")) {
      this.#histories = new ClosedHistories([...before, ...(this.#input.undeleted ?? [])]);
      this.#earlierPages = new Set(this.#state.pages.map(({ page }) => page));
    }
    for (;;) {
      void this.#tidy();
      setCurrentDetails(groupDetailsOf(this.progress(), this.#state.steps));
      if (isFinished(this.#state)) break;
      if (this.#waitMs() === 0) this.#state = waitOver(this.#state);
      const { eventsARun = groupEventsARun } = this.#input;
      if (workflowInfo().historyLength > eventsARun || workflowInfo().continueAsNewSuggested) {
        // The next run deletes what this one has not deleted.
        if (!patched("undeleted-histories-are-carried")) await this.#untilTidy();
        await this.#untilTold();
        await continueAsNew<(input: GroupInput) => Promise<GroupResult>>({
          ...this.#input,
          state: this.#state,
          eventsARun: groupEventsARun,
          undeleted: this.#histories.earlierRuns,
        });
      }
      if (canStartPage(this.#state)) await this.#startPage();
      else await this.#untilNews();
    }
    await this.#untilTidy();
    await this.#untilTold();
    return { cancelled: this.#state.cancelled };
  }

  update(change: (state: GroupState) => GroupState): void {
    this.#state = change(this.#state);
    this.#messages += 1;
  }

  async pause(): Promise<void> {
    this.update((state) => ({ ...state, paused: true }));
    await this.#tellPages(pauseSignal);
  }

  async resume(): Promise<void> {
    this.update(resumed);
    await this.#tellPages(resumeSignal, { resumes: this.#state.resumes });
  }

  async cancel(): Promise<void> {
    this.update((state) => ({ ...state, cancelled: true }));
    await this.#tellPages(cancelSignal);
  }

  async change(change: Change): Promise<void> {
    this.update((state) => changed(state, change));
    await this.#tellPages(changeSignal, {
      ...change,
      ...defined({ changes: this.#state.changes }),
    });
  }

  progress(): GroupProgress {
    const state = this.#state;
    const { plan } = this.#input;
    return {
      name: plan.name,
      state: phaseOf(state),
      records: plan.records,
      completed: state.completed,
      failed: state.failed,
      requestsPerMinute: state.requestsPerMinute,
      ...defined({ inFlight: state.inFlight }),
      open: state.pages.reduce((sum, { sent }) => sum + countPositions(sent ?? []), 0),
      blocked: state.blocked,
      ...defined({ waitsUntilMs: idleUntilMs(state) }),
      left: state.left,
    };
  }

  /**
   * Returns the time until the calls of the next day, in ms; `undefined` if calls are available
   * now.
   */
  #waitMs(): number | undefined {
    const atMs = waitEndsAtMs(this.#state);
    return atMs === undefined ? undefined : Math.max(0, atMs - Date.now());
  }

  async #startPage(): Promise<void> {
    this.#state = startPage(this.#state);
    const page = this.#state.nextPage - 1;
    const { directory, plan, preview, otherRequestsPerMinute } = this.#input;
    const started = this.#state;
    const { requestsPerMinute, inFlight, changes, targets } = started;
    const { priority = this.#input.priority } = started;
    try {
      const child = await startChild(runPage, {
        workflowId: pageId(this.#id, page),
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: `${plan.name}, page ${page}`,
        workflowTaskTimeout: workflowInfo().taskTimeoutMs,
        ...experimentAttributes(),
        args: [
          {
            page,
            groupId: this.#id,
            directory,
            plan,
            requestsPerMinute,
            ...defined({ inFlight, changes, targets }),
            priority,
            preview,
            otherRequestsPerMinute,
            ranges: this.#state.remaining.slice(0, rangesAPage),
            countPassed: !this.#state.coarse,
            resumes: this.#state.resumes,
            blocked: this.#state.blocked.map(({ target }) => target),
            sizes: this.#input.sizes ?? pageSizes,
          },
        ],
      });
      // A page's signals arrive before its end. A page that ended without them has reported
      // nothing.
      const lose = (): void => {
        this.update((state) => pageLost(state, page));
      };
      child.result().then(lose, lose);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    await this.#tellMissed(started);
  }

  /** Sends the messages that arrived while the page was starting. */
  async #tellMissed(started: GroupState): Promise<void> {
    const { requestsPerMinute, inFlight, changes, priority } = this.#state;
    const { resumes, paused, cancelled } = this.#state;
    if (resumes > started.resumes) await this.#tellPages(resumeSignal, { resumes });
    const isChanged =
      requestsPerMinute !== started.requestsPerMinute ||
      inFlight !== started.inFlight ||
      priority !== started.priority;
    if (isChanged) {
      await this.#tellPages(changeSignal, {
        requestsPerMinute,
        inFlight: inFlight ?? null,
        ...defined({ changes, priority }),
      });
    }
    const { targets = [] } = this.#state;
    for (const change of changesBetween(started.targets ?? [], targets)) {
      await this.#tellPages(changeSignal, change);
    }
    if (paused || cancelled) await this.#tellPages(pauseSignal);
  }

  async #untilNews(): Promise<void> {
    const messages = this.#messages;
    const isNews = (): boolean => this.#messages > messages;
    const waitMs = this.#waitMs();
    if (waitMs !== undefined && this.#state.pages.length === 0) {
      await condition(isNews, waitMs, { summary: "until there are calls of the day again" });
      return;
    }
    if (this.#state.pages.length === 0) return condition(isNews);
    const hasEarlier = this.#state.pages.some(({ page }) => this.#earlierPages.has(page));
    const lookAfterMs = silenceBeforeLookMs(hasEarlier, this.#looks);
    if (await condition(isNews, lookAfterMs, { summary: "until a look at silent pages" })) return;
    this.#looks += 1;
    const ids = new Map(this.#state.pages.map(({ page }) => [pageId(this.#id, page), page]));
    for (const ended of await lookups().findEnded({ ids: [...ids.keys()] })) {
      const page = ids.get(ended);
      if (page !== undefined) this.update((state) => pageLost(state, page));
    }
  }

  async #tidy(): Promise<void> {
    const pages = pagesToForget(this.#state, this.#input.keptPages);
    const runs = pages.map((page) => ({ workflowId: pageId(this.#id, page) }));
    if (await this.#histories.delete(runs)) this.#state = forgotPages(this.#state, pages);
  }

  async #untilTidy(): Promise<void> {
    await condition(() => !this.#histories.isDeleting);
    await this.#tidy();
  }

  /** Waits for signals that the end of this run would lose. */
  async #untilTold(): Promise<void> {
    // A cancel request from the Web UI has no handler.
    await condition(() => allHandlersFinished() && this.#tellings === 0);
  }

  async #tellPages<Args extends unknown[]>(
    signal: SignalDefinition<Args>,
    ...args: Args
  ): Promise<void> {
    const tell = async ({ page }: OpenPage): Promise<void> => {
      try {
        await getExternalWorkflowHandle(pageId(this.#id, page)).signal(signal, ...args);
      } catch (error) {
        log.info("a page has ended before it could be told", { page, error });
      }
    };
    this.#tellings += 1;
    await this.#telling.do(async () => {
      await Promise.all(this.#state.pages.map(tell));
    });
    this.#tellings -= 1;
  }
}
