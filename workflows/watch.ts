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
import { runExperiment } from "./run-experiment.js";

/** Where nothing happens: a look costs some ten events and milliseconds. */
const idleMs = 5_000;
/** To the second look at a file that came, and to that at an experiment whose end is not told by itself. */
const soonMs = 2_000;

/** The state of a watch and what it does with it; `watchInput` says which message reaches what. */
export class Watch {
  readonly #input: WatchInput;
  #state: WatchState;
  #stopped = false;
  #news = 0;
  /** Run ids of the children of this run, whose ends are told by themselves. */
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
      ...{ settings, state, running, waiting, counts, events },
      ...(next && { nextExpectedMs: expectedMsOf(this.#state, next) }),
    };
  }

  /** Whether there is more to do at once. */
  async #look(): Promise<boolean> {
    const { settings } = this.#input;
    const { running, paused } = this.#state;
    const looking = files().lookAtInput.executeWithOptions(
      { summary: `look into the input folder, ${running.length} running` },
      [{ watch: settings, running, paused }],
    );
    // A folder that can't be read is looked at again and again: a stop doesn't wait for its repair.
    const stop = new CancellationScope();
    const look = await Promise.race([looking, stop.run(() => condition(() => this.#stopped))]);
    stop.cancel();
    if (!look) return false;
    this.#state = lookedAt(this.#state, look, Date.now());
    let refused = false;
    for (const planned of look.starts) {
      // What is not started is still in the folder.
      if (this.#stopped || this.#state.paused) break;
      refused = !(await this.#start(planned)) || refused;
    }
    return look.more || refused;
  }

  /** `false` where the name has begun to run meanwhile: the next look sees it. */
  async #start(planned: PlannedInput): Promise<boolean> {
    const { workflowId, input, memo, staticSummary, staticDetails } = planned.launch;
    const startedAt = Date.now();
    let child: ChildWorkflowHandle<typeof runExperiment>;
    try {
      child = await startChild(runExperiment, {
        ...{ workflowId, staticSummary, staticDetails },
        parentClosePolicy: ParentClosePolicy.ABANDON,
        memo: { ...memo },
        ...(planned.searchable ? attributesOfExperiment(planned.name) : {}),
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
