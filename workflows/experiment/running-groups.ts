import { log, patched, startChild } from "@temporalio/workflow";
import type { ChildWorkflowHandle, SignalDefinition } from "@temporalio/workflow";
import type { TellGroupsInput } from "../../activities/contract.js";
import type {
  ExperimentSettings,
  GroupPlan,
  PreparedExperiment,
} from "../../src/domain/experiment/experiment.js";
import { groupAtStart } from "../../src/domain/experiment/group-state.js";
import { keptPages } from "../../src/domain/experiment/histories.js";
import { groupId } from "../../src/domain/experiment/ids.js";
import {
  groupEventsARun,
  pageSizes,
  sizesWithoutModel,
  pageSizesOf,
  acceptingPageSizes,
} from "../../src/domain/experiment/sizes.js";
import type { PageSizes } from "../../src/domain/experiment/sizes.js";
import { taskTimeoutOf } from "../../src/domain/experiment/task-timeout.js";
import type { Range } from "../../src/domain/experiment/ranges.js";
import { defined } from "../../src/domain/defined.js";
import { anyTarget, changedTargets, namesModel } from "../../src/domain/experiment/target-plan.js";
import type { TargetPlan } from "../../src/domain/experiment/target-plan.js";
import { changedRates } from "../../src/domain/rates/changed-rates.js";
import type { ChangeableRates } from "../../src/domain/rates/changed-rates.js";
import { files } from "../activity-proxies.js";
import { experimentAttributes } from "../experiment-attributes.js";
import { InTurn } from "../in-turn.js";
import { cancelSignal, changeSignal, pauseSignal, resumeSignal } from "../messages.js";
import type { Change } from "../messages.js";
import { runGroup } from "../group/run-group.js";

/** A group and the records that it must send. */
export interface GroupWork {
  readonly plan: GroupPlan;
  readonly ranges: readonly Range[];
  /** True if the ranges include records with an outcome. */
  readonly coarse?: boolean;
}

interface RunningGroup {
  readonly plan: GroupPlan;
  readonly handle: ChildWorkflowHandle<typeof runGroup>;
}

/**
 * Maximum number of groups that this workflow signals itself. An activity signals more groups. A
 * signal from this workflow adds two events per group to its history, which is replayed after a
 * crash and must stay below 51,200 events. A change needs a patch.
 */
const mostToldDirectly = 50;

export interface WorkContext {
  readonly settings: ExperimentSettings;
  readonly prepared: PreparedExperiment;
  /** Number of the group's first page. */
  readonly firstPage: number;
}

/** The running groups. Messages to all of them also apply to groups of a later sending or stage. */
export class RunningGroups {
  #paused = false;
  #cancels = 0;
  #resumes = 0;
  #changes: Change[] = [];
  readonly #telling = new InTurn();
  readonly #groups = new Map<string, RunningGroup>();

  get paused(): boolean {
    return this.#paused;
  }

  get cancels(): number {
    return this.#cancels;
  }

  async pause(): Promise<void> {
    this.#paused = true;
    await this.#tellAll(pauseSignal);
  }

  async resume(): Promise<void> {
    this.#paused = false;
    this.#resumes += 1;
    await this.#tellAll(resumeSignal, {});
  }

  async cancel(): Promise<void> {
    this.#cancels += 1;
    await this.#tellAll(cancelSignal);
  }

  async change(change: Change): Promise<void> {
    this.#changes.push(change);
    await this.#inTurn(async () => {
      const groups = [...this.#groups.values()].filter(({ plan }) => concerns(change, plan));
      await tellEach(groups, changeSignal, change);
    });
  }

  /**
   * Runs a group to its end and returns true if it was cancelled. Never rejects: the finish handles
   * the records of a terminated group.
   */
  async send(work: GroupWork, context: WorkContext): Promise<boolean> {
    if (this.#cancels > 0) return true;
    const { plan } = work;
    const started = { resumes: this.#resumes, changes: this.#changes.length };
    try {
      const group = await this.#start(work, context);
      this.#groups.set(plan.name, { plan, handle: group });
      await this.#inTurn(() => this.#tellMissed(group, started, plan));
      const { cancelled } = await group.result();
      return cancelled;
    } catch (error) {
      log.warn("a group ended without a result", { group: plan.name, error });
      return false;
    } finally {
      this.#groups.delete(plan.name);
    }
  }

  async #start(
    { plan, ...ranges }: GroupWork,
    { settings, prepared, firstPage }: WorkContext,
  ): Promise<ChildWorkflowHandle<typeof runGroup>> {
    const rates = this.#ratesOf(plan);
    const targets = plan.targets && this.#targetsOf(plan.targets);
    const start = { ...plan, ...rates, ...defined({ targets }) };
    const state = groupAtStart(start, { ...ranges, firstPage });
    const rate = rates.requestsPerMinute.toString();
    return startChild(runGroup, {
      workflowId: groupId(prepared.slug, prepared.stamp, plan.slug),
      staticSummary: `${settings.name}, group ${plan.name}: ${plan.records} records at ${rate} a minute`,
      staticDetails: `Limit: \`${plan.limitKey}\``,
      ...defined({ workflowTaskTimeout: taskTimeoutOf(prepared.groups.length) }),
      ...experimentAttributes(),
      args: [
        {
          directory: prepared.directory,
          plan,
          priority: this.#priorityOf(plan, settings.priority),
          preview: settings.preview,
          otherRequestsPerMinute: sumOfRates(prepared.groups) - plan.requestsPerMinute,
          keptPages: keptPages(prepared.groups.length),
          state: { ...state, paused: this.#paused, resumes: this.#resumes },
          sizes: sizesOf(plan, prepared),
          eventsARun: groupEventsARun,
        },
      ],
    });
  }

  /** Sends the messages that arrived while the group was starting. */
  async #tellMissed(
    group: ChildWorkflowHandle<typeof runGroup>,
    started: { readonly resumes: number; readonly changes: number },
    plan: GroupPlan,
  ): Promise<void> {
    if (this.#resumes > started.resumes) await tell(group, resumeSignal, {});
    for (const change of this.#changes.slice(started.changes)) {
      if (concerns(change, plan)) await tell(group, changeSignal, change);
    }
    if (this.#paused) await tell(group, pauseSignal);
    if (this.#cancels > 0) await tell(group, cancelSignal);
  }

  #ratesOf(plan: GroupPlan): ChangeableRates {
    const { requestsPerMinute, inFlight } = plan;
    // The pace of the limit of rows was not chosen by a person.
    if (plan.targets) return { requestsPerMinute, ...defined({ inFlight }) };
    const changes = this.#changes.filter((change) => concerns(change, plan));
    return changes.reduce(changedRates, { requestsPerMinute, ...defined({ inFlight }) });
  }

  #targetsOf(targets: readonly TargetPlan[]): readonly TargetPlan[] {
    return this.#changes.reduce(changedTargets, targets);
  }

  #priorityOf(plan: GroupPlan, atStart: number): number {
    const changes = this.#changes.filter((change) => concerns(change, plan));
    return changes.reduce((known, { priority }) => priority ?? known, atStart);
  }

  async #tellAll<Args extends unknown[]>(
    signal: SignalDefinition<Args>,
    ...args: Args
  ): Promise<void> {
    await this.#inTurn(async () => {
      await tellEach([...this.#groups.values()], signal, ...args);
    });
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    await this.#telling.do(work);
  }
}

/**
 * True if a change concerns a group. A pipeline's rows are one group, and a change names one of
 * their models.
 */
function concerns({ group, limit }: Change, { name, targets }: GroupPlan): boolean {
  if (group === undefined || group === name) return true;
  // A model that is not in the plan is one that the code of a flow has asked.
  return (
    targets?.some(({ target }) => target === group || (limit && target === anyTarget)) === true
  );
}

/** Signals each group. Never rejects. Not async: replays depend on the number of its microtasks. */
function tellEach<Args extends unknown[]>(
  groups: readonly RunningGroup[],
  signal: SignalDefinition<Args>,
  ...args: Args
): Promise<unknown> {
  if (groups.length > mostToldDirectly && patched("many-groups-told-by-an-activity")) {
    const ids = groups.map(({ handle }) => handle.workflowId);
    return tellByActivity({ ids, signal: signal.name, args });
  }
  return Promise.all(groups.map(({ handle }) => tell(handle, signal, ...args)));
}

async function tellByActivity(signals: TellGroupsInput): Promise<void> {
  const { ids, signal } = signals;
  try {
    await files().tellGroups.executeWithOptions(
      { summary: `tell ${ids.length} groups: ${signal}` },
      [signals],
    );
  } catch (error) {
    log.warn("the groups could not be told", { signal, error });
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

function sizesOf(plan: GroupPlan, { groups }: PreparedExperiment): PageSizes {
  const { rowsWanted, targets, records } = plan;
  if (rowsWanted !== undefined) return acceptingPageSizes;
  if (targets && !namesModel(targets)) return sizesWithoutModel(records);
  // Rows of a pipeline have their own limit for admission.
  return targets ? pageSizes : pageSizesOf(groups.length, sumOfRates(groups));
}
