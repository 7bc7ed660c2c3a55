import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  type ChildWorkflowHandle,
  condition,
  log,
  setCurrentDetails,
  type SignalDefinition,
  sleep,
  startChild,
  upsertMemo,
  workflowInfo,
} from "@temporalio/workflow";
import type {
  FinishedExperiment,
  GroupPlan,
  PreparedExperiment,
} from "../src/domain/experiment.js";
import { groupAtStart } from "../src/domain/group-state.js";
import { groupId } from "../src/domain/ids.js";
import type { Range } from "../src/domain/ranges.js";
import { files, lookups } from "./activity-proxies.js";
import { experimentAttributes } from "./experiment-attributes.js";
import {
  cancelSignal,
  type Change,
  changeSignal,
  type ExperimentDescription,
  type ExperimentResult,
  type ExperimentState,
  pauseSignal,
  resumeSignal,
  type RunExperimentInput,
} from "./messages.js";
import { runGroup } from "./run-group.js";

/** Pages of a later walk are numbered from here, so that none meets an older one. */
const pagesAWalk = 100_000;

interface Walk {
  readonly plan: GroupPlan;
  readonly ranges: readonly Range[];
}

/** The state of an experiment and what it does with it; `runExperiment` says which message reaches what. */
export class Experiment {
  readonly #input: RunExperimentInput;
  #state: ExperimentState = "preparing";
  #prepared: PreparedExperiment | undefined;
  #paused = false;
  #cancels = 0;
  #resumes = 0;
  #changes: Change[] = [];
  #walks = 0;
  #telling = Promise.resolve();
  readonly #cancelledGroups = new Set<string>();
  readonly #groups = new Map<string, ChildWorkflowHandle<typeof runGroup>>();

  constructor(input: RunExperimentInput) {
    this.#input = input;
  }

  async run(): Promise<ExperimentResult> {
    const prepared = await this.#prepare();
    let walks: Walk[] = prepared.groups.map((plan) => ({ plan, ranges: [[0, plan.records]] }));
    for (;;) {
      this.#state = "running";
      this.#show();
      await Promise.all(walks.map((walk) => this.#walk(prepared, walk)));
      this.#state = "finishing";
      const finished = await this.#finish(prepared);
      if (finished.status === "finished") return this.#end(prepared, finished);
      log.warn("records without an outcome are walked again", { missing: finished.missing });
      walks = finished.missing.flatMap(({ group, ranges }) =>
        prepared.groups.filter(({ slug }) => slug === group).map((plan) => ({ plan, ranges })),
      );
      this.#walks += 1;
      await sleep("5 seconds", { summary: "before what lacks an outcome is walked again" });
    }
  }

  async pause(): Promise<void> {
    this.#paused = true;
    this.#show();
    await this.#tellGroups(pauseSignal);
  }

  async resume(): Promise<void> {
    this.#paused = false;
    this.#resumes += 1;
    this.#show();
    await this.#tellGroups(resumeSignal, {});
  }

  async cancel(): Promise<void> {
    this.#cancels += 1;
    this.#show();
    await this.#tellGroups(cancelSignal);
    if (this.#cancels > 1 && this.#prepared) {
      await lookups.abortCalls({ directory: this.#prepared.directory });
    }
  }

  async change(change: Change): Promise<void> {
    this.#changes.push(change);
    await this.#inTurn(async () => {
      const groups = [...this.#groups].filter(([name]) => (change.group ?? name) === name);
      await Promise.all(groups.map(([, group]) => tell(group, changeSignal, change)));
    });
  }

  describe(): ExperimentDescription {
    const prepared = this.#prepared;
    return {
      state: this.#paused && this.#state === "running" ? "paused" : this.#state,
      cancelled: this.#cancels > 0,
      ...(prepared ? { prepared } : {}),
      groups: (prepared?.groups ?? []).map((plan) => ({
        plan,
        workflowId: groupId(prepared?.slug ?? "", prepared?.stamp ?? "", plan.slug),
      })),
    };
  }

  async #prepare(): Promise<PreparedExperiment> {
    this.#show();
    try {
      this.#prepared = await files.prepareExperiment.executeWithOptions(
        { summary: `check ${this.#input.inputName} and build its index` },
        [this.#input],
      );
    } catch (error) {
      if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) {
        throw error.cause;
      }
      throw error;
    }
    upsertMemo({ directory: this.#prepared.directory });
    this.#show();
    return this.#prepared;
  }

  /** Never rejects: a group that was terminated leaves its records to the finish. */
  async #walk(prepared: PreparedExperiment, { plan, ranges }: Walk): Promise<void> {
    if (this.#cancels > 0) {
      this.#cancelledGroups.add(plan.slug);
      return;
    }
    const { settings } = this.#input;
    const rates = this.#ratesOf(plan);
    const state = groupAtStart({ ...plan, ...rates }, ranges, this.#walks * pagesAWalk);
    const rate = rates.requestsPerMinute.toString();
    const priority = this.#priorityOf(plan);
    const started = { resumes: this.#resumes, changes: this.#changes.length };
    try {
      const group = await startChild(runGroup, {
        workflowId: groupId(prepared.slug, prepared.stamp, plan.slug),
        staticSummary: `${settings.name}, group ${plan.name}: ${plan.records.toString()} records at ${rate} a minute`,
        staticDetails: `Limit: \`${plan.limitKey}\``,
        ...experimentAttributes(),
        args: [
          {
            directory: prepared.directory,
            plan,
            priority,
            preview: settings.preview,
            otherRequestsPerMinute: sumOfRates(prepared.groups) - plan.requestsPerMinute,
            state: { ...state, paused: this.#paused, resumes: this.#resumes },
          },
        ],
      });
      this.#groups.set(plan.name, group);
      await this.#inTurn(() => this.#tellMissed(group, started, plan));
      const { cancelled } = await group.result();
      if (cancelled) this.#cancelledGroups.add(plan.slug);
    } catch (error) {
      log.warn("a group ended without a result", { group: plan.name, error });
    } finally {
      this.#groups.delete(plan.name);
    }
  }

  /** What came while a group was starting could not reach it. */
  async #tellMissed(
    group: ChildWorkflowHandle<typeof runGroup>,
    started: { readonly resumes: number; readonly changes: number },
    { name }: GroupPlan,
  ): Promise<void> {
    if (this.#resumes > started.resumes) await tell(group, resumeSignal, {});
    for (const change of this.#changes.slice(started.changes)) {
      if ((change.group ?? name) === name) await tell(group, changeSignal, change);
    }
    if (this.#paused) await tell(group, pauseSignal);
    if (this.#cancels > 0) await tell(group, cancelSignal);
  }

  #ratesOf(plan: GroupPlan): { requestsPerMinute: number; inFlight?: number } {
    let { requestsPerMinute, inFlight } = plan;
    for (const change of this.#changes) {
      if ((change.group ?? plan.name) !== plan.name) continue;
      requestsPerMinute = change.requestsPerMinute ?? requestsPerMinute;
      if (change.inFlight !== undefined) inFlight = change.inFlight ?? undefined;
    }
    return { requestsPerMinute, ...(inFlight === undefined ? {} : { inFlight }) };
  }

  #priorityOf({ name }: GroupPlan): number {
    const changes = this.#changes.filter(({ group }) => (group ?? name) === name);
    return changes.reduce(
      (known, { priority }) => priority ?? known,
      this.#input.settings.priority,
    );
  }

  async #finish(prepared: PreparedExperiment): Promise<FinishedExperiment> {
    this.#show();
    return files.finishExperiment.executeWithOptions({ summary: "write the completed file" }, [
      { directory: prepared.directory, cancelled: [...this.#cancelledGroups] },
    ]);
  }

  async #end(
    { records }: PreparedExperiment,
    finished: FinishedExperiment & { status: "finished" },
  ): Promise<ExperimentResult> {
    await condition(allHandlersFinished);
    this.#state = "finished";
    const { completed, failed, repeatedCalls, completedFile } = finished;
    setCurrentDetails(
      `**${this.#cancelledGroups.size > 0 ? "cancelled" : "finished"}**: ${completed.toString()} completed and ${failed.toString()} failed of ${records.toString()}\n\n\`${completedFile}\``,
    );
    const status = this.#cancelledGroups.size > 0 ? "cancelled" : "finished";
    return { status, records, completed, failed, repeatedCalls, completedFile };
  }

  async #tellGroups<Args extends unknown[]>(
    signal: SignalDefinition<Args>,
    ...args: Args
  ): Promise<void> {
    await this.#inTurn(async () => {
      await Promise.all([...this.#groups.values()].map((group) => tell(group, signal, ...args)));
    });
  }

  /** One message after the other: of two that are under way at once the second may come first. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#telling = this.#telling.then(work);
    await this.#telling;
  }

  #show(): void {
    const { state, groups } = this.describe();
    setCurrentDetails(
      [
        `**${this.#cancels > 0 ? "cancelled" : state}**\n`,
        "| group | records | requests a minute | limit |\n| --- | --- | --- | --- |",
        ...groups.map(
          ({ plan }) =>
            `| ${plan.name} | ${plan.records.toString()} | ${plan.requestsPerMinute.toString()} | \`${plan.limitKey}\` |`,
        ),
        `\nThe counts are in the details of each group; started ${workflowInfo().startTime.toISOString()}.`,
      ].join("\n"),
    );
  }
}

async function tell<Args extends unknown[]>(
  group: ChildWorkflowHandle<typeof runGroup>,
  signal: SignalDefinition<Args>,
  ...args: Args
): Promise<void> {
  try {
    await group.signal(signal, ...args);
  } catch (error) {
    log.info("a group has ended before it could be told", { error });
  }
}

function sumOfRates(groups: readonly GroupPlan[]): number {
  return groups.reduce((sum, { requestsPerMinute }) => sum + requestsPerMinute, 0);
}
