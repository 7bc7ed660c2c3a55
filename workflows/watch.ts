import {
  CancellationScope,
  condition,
  continueAsNew,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  startChild,
  workflowInfo,
} from "@temporalio/workflow";
import type { ChildWorkflowHandle } from "@temporalio/workflow";
import { WorkflowExecutionAlreadyStartedError } from "@temporalio/common";
import type { PlannedInput, WatchState } from "../src/domain/experiment/watch.js";
import {
  emptyWatch,
  expectedMsOf,
  lookedAt,
  started,
} from "../src/domain/experiment/watch-state.js";
import { watchEventsARun } from "../src/domain/experiment/sizes.js";
import { files } from "./activity-proxies.js";
import { attributesOfExperiment } from "./experiment-attributes.js";
import type { WatchDescription, WatchInput } from "./messages.js";
import { runExperiment } from "./experiment/run-experiment.js";

/**
 * Interval in ms between looks if nothing happens. A look costs about ten events and ten
 * milliseconds.
 */
const idleMs = 5_000;
/**
 * Time in ms until the second look at a new file, and until the next look at an experiment that
 * does not report its end.
 */
const soonMs = 2_000;

/** The state of a watch and its actions. `watchInput` connects the messages. */
export class Watch {
  readonly #input: WatchInput;
  #state: WatchState;
  #stopped = false;
  #news = 0;
  /** Run ids of this run's children, which report their ends themselves. */
  readonly #attached = new Set<string>();

  constructor(input: WatchInput) {
    this.#input = input;
    this.#state = input.state ?? emptyWatch;
  }

  async run(): Promise<WatchDescription> {
    while (!this.#stopped) {
      const { eventsARun = watchEventsARun } = this.#input;
      if (workflowInfo().historyLength > eventsARun || workflowInfo().continueAsNewSuggested) {
        await continueAsNew<(input: WatchInput) => Promise<WatchDescription>>({
          ...this.#input,
          state: this.#state,
          eventsARun: watchEventsARun,
        });
      }
      const news = this.#news;
      const again = await this.#look();
      this.#show();
      if (this.#isDone()) break;
      if (!again) await this.#untilNews(news);
    }
    this.#show();
    return this.describe();
  }

  pause(paused: boolean): void {
    this.#state = { ...this.#state, paused };
    this.#news += 1;
    this.#show();
  }

  stop(): void {
    this.#stopped = true;
  }

  describe(): WatchDescription {
    const { settings } = this.#input;
    const { paused, running, waiting, counts, events } = this.#state;
    const { next } = waiting;
    const state = this.#stopped ? "stopped" : paused ? "paused" : "watching";
    return {
      settings,
      state,
      running,
      waiting,
      counts,
      events,
      ...(next && { nextExpectedMs: expectedMsOf(this.#state, next) }),
    };
  }

  /** Looks at the folder. Returns true if there is more to do at once. */
  async #look(): Promise<boolean> {
    const { settings } = this.#input;
    const { running, paused } = this.#state;
    const looking = files().lookAtInput.executeWithOptions(
      { summary: `look into the input folder, ${running.length} running` },
      [{ watch: settings, running, paused }],
    );
    // If the folder is unreadable, it is looked at repeatedly. A stop does not wait for its repair.
    const stop = new CancellationScope();
    const look = await Promise.race([looking, stop.run(() => condition(() => this.#stopped))]);
    stop.cancel();
    if (!look) return false;
    this.#state = lookedAt(this.#state, look, Date.now());
    let refused = false;
    for (const planned of look.starts) {
      // Files that are not started are still in the folder.
      if (this.#stopped || this.#state.paused) break;
      refused = !(await this.#start(planned)) || refused;
    }
    return look.more || refused;
  }

  /**
   * Starts an experiment. Returns `false` if the name has started in the meantime. The next look
   * detects this.
   */
  async #start(planned: PlannedInput): Promise<boolean> {
    const { workflowId, input, memo, staticSummary, staticDetails } = planned.launch;
    const startedAt = Date.now();
    let child: ChildWorkflowHandle<typeof runExperiment>;
    try {
      child = await startChild(runExperiment, {
        workflowId,
        staticSummary,
        staticDetails,
        parentClosePolicy: ParentClosePolicy.ABANDON,
        memo: { ...memo },
        ...(planned.searchable && attributesOfExperiment(planned.name)),
        args: [input],
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      log.info("an experiment of that name has begun to run meanwhile", { name: planned.name });
      return false;
    }
    const runId = child.firstExecutionRunId;
    this.#state = started(this.#state, planned, { runId, startedAt });
    this.#attached.add(runId);
    const tell = (): void => {
      this.#news += 1;
    };
    child.result().then(tell, tell);
    return true;
  }

  #isDone(): boolean {
    const { running, waiting } = this.#state;
    return this.#input.settings.once && running.length === 0 && waiting.count === 0;
  }

  async #untilNews(seen: number): Promise<void> {
    const { running, waiting, paused } = this.#state;
    const hasRoom = !paused && running.length < this.#input.settings.concurrent;
    const isStrange = running.some(({ runId }) => !this.#attached.has(runId));
    const isSoon = isStrange || (hasRoom && waiting.incomplete > 0);
    await condition(() => this.#stopped || this.#news > seen, isSoon ? soonMs : idleMs, {
      summary: "until the next look",
    });
  }

  #show(): void {
    const { state, running, waiting, counts } = this.describe();
    setCurrentDetails(
      [
        `**${state}**: ${running.length} running, ${waiting.count} waiting, ${counts.ended} ended, ${counts.rejected} rejected`,
        ...running.map(({ name, records }) => `- \`${name}\`: ${records} prompts`),
      ].join("\n\n"),
    );
  }
}
