import { setTimeout as sleep } from "node:timers/promises";
import { cancellationSignal, heartbeat } from "@temporalio/activity";
import type { Client } from "@temporalio/client";
import type {
  Activities,
  FinishExperimentInput,
  LeaseSlotsInput,
  SendPromptsInput,
  SetMaxCostInput,
  SliceResult,
  Wave,
} from "../../activities/contract.js";
import { EndedGroups } from "../../activities/leaser/ended-groups.js";
import type { Leaser } from "../../activities/leaser/leaser.js";
import { sleepUntil } from "../../activities/sending/sleep-until.js";
import { createForgetHistories } from "../../src/client/connection/forget-histories.js";
import { createFindEnded } from "../../src/client/limits/find-ended.js";
import { createSignalWorkflows } from "../../src/client/steer/signal-workflows.js";
import type {
  BlockedTarget,
  FinishedExperiment,
  GroupPlan,
  PreparedExperiment,
  PrepareExperimentInput,
} from "../../src/domain/experiment/experiment.js";
import type { ClosedRun } from "../../src/domain/experiment/histories.js";
import { fewRanges, positionsOf, rangesOf } from "../../src/domain/experiment/ranges.js";
import { countSlots, instantsOf } from "../../src/domain/limit/slots.js";
import { leaserOf, limitInMemory } from "../activities/leaser/limit-in-memory.js";

/** One call that was made for a record. */
export interface Send {
  readonly group: string;
  readonly position: number;
  readonly page: string;
  readonly atMs: number;
}

export type Answer = "completed" | "failed" | "refused" | "next-day";

export interface WorldOptions {
  /** Records by group. @default { all: 10 } */
  readonly groups?: Readonly<Record<string, number>>;
  /** @default 1200, which is 20 calls a second, a slice each */
  readonly requestsPerMinute?: number;
  /** After so many calls there are none for so long, once. @default there are always some */
  readonly day?: { readonly calls: number; readonly waitMs: number };
  /** When a row whose answer is `next-day` may go on. */
  readonly nextDayAtMs?: number;
  /** The result of a call. @default completed after 5 ms */
  readonly answer?: (send: Send, input: SendPromptsInput) => Promise<Answer>;
  /** The group ends once so many records are accepted. */
  readonly enough?: number;
  /** Records that are accepted if they complete. @default all */
  readonly accepts?: (position: number) => boolean;
  /** Which `<api>/<model>` a record has. */
  readonly target?: (position: number) => number;
  /** Records that have an outcome before anything is sent. */
  readonly answered?: (position: number) => boolean;
  /** Called with each preparation; what it throws is thrown. */
  readonly onPrepare?: () => Promise<void>;
  /** Called before a maximum cost is set. */
  readonly onMaxCost?: () => Promise<void>;
  /** Called before each finish. */
  readonly onFinish?: () => Promise<void>;
  /** The work of a global step; what it throws is thrown. */
  readonly onGlobalStep?: () => Promise<void>;
  /** Called before each slice; what it throws is thrown. */
  readonly onSlice?: (input: SendPromptsInput) => void;
  /** Pages of groups that have ended get no more waves, as from a real worker. @default false */
  readonly noticesEnds?: boolean;
  /** Called before each lease, which does not heartbeat meanwhile; what it throws is thrown. */
  readonly onLease?: (input: LeaseSlotsInput) => Promise<void> | void;
  /** Called before histories of the world are deleted; what it throws is thrown. */
  readonly onForget?: (runs: readonly ClosedRun[]) => void;
}

/**
 * The surroundings of one experiment's workflows, in memory: records, their outcomes, an API and a
 * limit. It behaves like the real activities: a record with an outcome is never sent again, a call
 * in flight ends normally and is awaited, and a record cancelled before its send is left.
 */
export class World {
  readonly name: string;
  readonly options: WorldOptions;
  readonly sends: Send[] = [];
  readonly finishes: FinishExperimentInput[] = [];
  readonly leases: LeaseSlotsInput[] = [];
  /** Sums of --max-cost that were set. Spending is tested over real files. */
  readonly sums: Omit<SetMaxCostInput, "directory">[] = [];
  readonly slices: SendPromptsInput[] = [];
  aborted = false;
  /** When there are calls again, once those of the day are used up. */
  resetAtMs: number | undefined;
  #leased = 0;
  readonly #outcomes = new Map<string, "completed" | "failed">();
  readonly #calls = new Map<string, Promise<Answer>>();
  readonly #leaser: Leaser = leaserOf(limitInMemory({ latencyMs: 1 }));

  constructor(name: string, options: WorldOptions = {}) {
    this.name = name;
    this.options = options;
  }

  get directory(): string {
    return `/worlds/${this.name}`;
  }

  plans(): GroupPlan[] {
    const { groups = { all: 10 }, requestsPerMinute = 1_200, enough } = this.options;
    return Object.entries(groups).map(([name, records]) => ({
      name,
      slug: name,
      records,
      limitKey: `experiment/${this.name}`,
      limitId: `limit/experiment%2F${this.name}`,
      requestsPerMinute,
      ...(enough !== undefined && { rowsWanted: enough }),
    }));
  }

  /** Records that have completed and are accepted. */
  accepted(): number {
    return [...this.#outcomes].filter(
      ([name, outcome]) => outcome === "completed" && this.#accepts(name),
    ).length;
  }

  #accepts(name: string): boolean {
    return this.options.accepts?.(Number(name.split("/").at(-1))) ?? true;
  }

  prepared(): PreparedExperiment {
    const groups = this.plans();
    return {
      directory: this.directory,
      stamp: "21-11-2026-10-43-19",
      slug: this.name,
      groups,
      targets: ["test/a", "test/b"],
      records: groups.reduce((sum, { records }) => sum + records, 0),
    };
  }

  outcomeOf(group: string, position: number): "completed" | "failed" | undefined {
    if (this.options.answered?.(position)) return "completed";
    return this.#outcomes.get(`${group}/${position}`);
  }

  /** Which records were sent more than once. */
  repeats(): string[] {
    const names = this.sends.map(({ group, position }) => `${group}/${position}`);
    return names.filter((name, index) => names.indexOf(name) < index);
  }

  finish(input: FinishExperimentInput): FinishedExperiment {
    this.finishes.push(input);
    const missing = this.plans().map(({ slug, records }) => ({
      group: slug,
      ranges: rangesOf(
        [...positionsOf([[0, records]])].filter((one) => !this.outcomeOf(slug, one)),
      ),
    }));
    const open = missing.filter(
      ({ group, ranges }) => ranges.length > 0 && !input.cancelled.includes(group),
    );
    if (open.length > 0) return { status: "incomplete", missing: open };
    const outcomes = [...this.#outcomes.values()];
    const completed = outcomes.filter((one) => one === "completed").length;
    return {
      status: "finished",
      completed,
      failed: this.prepared().records - completed,
      repeatedCalls: 0,
      completedFile: `${this.directory}/completed.jsonl`,
    };
  }

  async lease(given: LeaseSlotsInput): Promise<Wave> {
    const { rowsWanted } = given;
    if (rowsWanted === undefined) return this.#wave(given);
    const accepted = this.accepted();
    const wanted = Math.min(given.wanted, Math.max(0, rowsWanted - accepted));
    return { ...(await this.#wave({ ...given, wanted })), accepted };
  }

  async #wave(input: LeaseSlotsInput): Promise<Wave> {
    const wave = { completed: 0, failed: 0 };
    const sendable: number[] = [];
    const blocked: number[] = [];
    let end = input.ranges[0]?.[0] ?? 0;
    for (const position of positionsOf(input.ranges)) {
      if (sendable.length === mostRecords(input)) break;
      const outcome = this.outcomeOf(input.group, position);
      if (outcome) wave[outcome] += 1;
      else if (input.blocked.includes(`test/${this.#targetOf(position)}`)) blocked.push(position);
      else sendable.push(position);
      end = position + 1;
    }
    const taken = await this.#takeSlots(input, Math.min(input.wanted, sendable.length));
    const given = countSlots(taken.slots);
    const sent = sendable.slice(0, given === 0 ? 0 : Math.max(given, input.records ?? 0));
    const position = sendable[sent.length] ?? end;
    const passed = fewRanges(rangesOf(blocked.filter((one) => one < position)), 1_000);
    return {
      ...wave,
      ...taken,
      ranges: rangesOf(sent),
      left: [],
      blocked: passed.ranges,
      ...(passed.coarse && { coarse: true }),
      position,
      ...(input.labels && { labels: sent.map((one) => `id-${one}`) }),
    };
  }

  async #takeSlots(
    input: LeaseSlotsInput,
    count: number,
  ): Promise<Pick<Wave, "slots" | "usedUpUntilMs">> {
    if (count === 0) return { slots: [] };
    const { calls = Infinity, waitMs = 0 } = this.options.day ?? {};
    if (this.#leased >= calls) this.resetAtMs ??= Date.now() + waitMs;
    if (this.resetAtMs !== undefined && Date.now() < this.resetAtMs) {
      return { slots: [], usedUpUntilMs: this.resetAtMs };
    }
    const left = this.resetAtMs === undefined ? calls - this.#leased : Infinity;
    const wish = { ...input, group: input.groupId, wanted: Math.min(count, left), urgent: false };
    const slots = await this.#leaser.take(wish, cancellationSignal());
    this.#leased += countSlots(slots);
    return { slots };
  }

  async send(input: SendPromptsInput): Promise<SliceResult> {
    this.slices.push(input);
    this.options.onSlice?.(input);
    const positions = [...positionsOf(input.ranges)];
    const instants = [...instantsOf(input.slots)];
    const results = await Promise.all(
      positions.map(async (position, index) => this.#sendOne(input, position, instants[index])),
    );
    const positionsWith = (what: Answer | "left"): number[] =>
      positions.filter((_, index) => results[index] === what);
    const refused = positionsWith("refused");
    const targets = [...new Set(refused.map((one) => this.#targetOf(one)))];
    const refusals = targets.map((target): BlockedTarget => ({
      target: `test/${target}`,
      reason: "wrong key",
    }));
    return {
      completed: positionsWith("completed").length,
      failed: positionsWith("failed").length,
      accepted: positionsWith("completed").filter((one) => this.#accepts(`${one}`)).length,
      left: rangesOf(positionsWith("left")),
      ...(positionsWith("next-day").length > 0 && {
        nextDay: {
          ranges: rangesOf(positionsWith("next-day")),
          atMs: this.options.nextDayAtMs ?? 0,
        },
      }),
      blocked: rangesOf(refused),
      refusals,
      resumes: input.resumes,
    };
  }

  async #sendOne(
    input: SendPromptsInput,
    position: number,
    instant: number | undefined,
  ): Promise<Answer | "left"> {
    const name = `${input.group}/${position}`;
    const known = this.#calls.get(name) ?? this.outcomeOf(input.group, position);
    if (known !== undefined) return known;
    try {
      await sleepUntil(instant ?? (await this.#leaseOne(input)), cancellationSignal());
    } catch {
      this.#leaser.lapse(input.groupId);
      return "left";
    }
    // Another attempt may have had the answer meanwhile.
    const ended = this.outcomeOf(input.group, position);
    if (ended !== undefined) {
      this.#leaser.lapse(input.groupId);
      return ended;
    }
    const call = this.#calls.get(name) ?? this.#call(input, position);
    this.#calls.set(name, call);
    const answer = await Promise.race([call, this.#abort()]);
    this.#calls.delete(name);
    this.#leaser.end(input.groupId);
    if (answer === "completed" || answer === "failed") this.#outcomes.set(name, answer);
    return answer;
  }

  async #leaseOne(input: SendPromptsInput): Promise<number> {
    const wish = { ...input, group: input.groupId, wanted: 1, urgent: false };
    const [atMs = 0] = instantsOf(await this.#leaser.take(wish, cancellationSignal()));
    return atMs;
  }

  async #call(input: SendPromptsInput, position: number): Promise<Answer> {
    const { group, pageId } = input;
    const send: Send = { group, position, page: pageId, atMs: Date.now() };
    this.sends.push(send);
    this.#leaser.claim(input.groupId);
    if (this.options.answer) return this.options.answer(send, input);
    return sleep(5, "completed");
  }

  async #abort(): Promise<"left"> {
    while (!this.aborted) await sleep(100, undefined, { ref: false });
    return "left";
  }

  #targetOf(position: number): number {
    return this.options.target?.(position) ?? 0;
  }
}

function mostRecords({ records, wanted }: LeaseSlotsInput): number {
  return records ?? wanted;
}

const ofEndedGroup: Wave = {
  ranges: [],
  slots: [],
  completed: 0,
  failed: 0,
  left: [],
  blocked: [],
  position: 0,
  groupEnded: true,
};

/** Activities for any number of worlds at once, by the names of their experiments. */
export function standInActivities(worlds: ReadonlyMap<string, World>, client: Client): Activities {
  const findEnded = createFindEnded(client);
  const endedGroups = new EndedGroups(findEnded);
  const worldOf = (directory: string): World => {
    const world = worlds.get(directory);
    if (!world) throw new Error(`There is no world in ${directory}.`);
    return world;
  };
  const forgetHistories = createForgetHistories({ client, local: true });
  return {
    prepareExperiment: async ({ settings }: PrepareExperimentInput) => {
      const world = worldOf(`/worlds/${settings.name}`);
      await world.options.onPrepare?.();
      return world.prepared();
    },
    prepareStage: async () => {
      throw new Error("A world has no stages.");
    },
    writeRephrased: async () => {
      throw new Error("A world has no stages.");
    },
    runGlobalStep: async ({ directory }) => {
      const { onGlobalStep } = worldOf(directory).options;
      if (!onGlobalStep) throw new Error("This world has no global steps.");
      await heartbeating(onGlobalStep);
    },
    finishBatch: async () => "finished",
    finishPipeline: async ({ directory }) => {
      const completed = worldOf(directory).accepted();
      return { completed, failed: 0, repeatedCalls: 0 };
    },
    finishExperiment: async (input) => {
      const world = worldOf(input.directory);
      if (world.options.onFinish) await heartbeating(world.options.onFinish);
      return world.finish(input);
    },
    leaseSlots: async (input) => {
      const world = worldOf(input.directory);
      world.leases.push(input);
      await world.options.onLease?.(input);
      const { noticesEnds = false } = world.options;
      if (noticesEnds && (await endedGroups.has(input.groupId))) return ofEndedGroup;
      return heartbeating(async () => world.lease(input));
    },
    sendPrompts: async (input) => heartbeating(async () => worldOf(input.directory).send(input)),
    runRows: async (input) => heartbeating(async () => worldOf(input.directory).send(input)),
    findEnded: async ({ ids }) => findEnded(ids),
    tellGroups: createSignalWorkflows(client),
    forgetHistories: async ({ runs }) => {
      for (const { name, options } of worlds.values()) {
        if (runs.some(({ workflowId }) => workflowId.includes(name))) options.onForget?.(runs);
      }
      return forgetHistories({ runs });
    },
    stopRows: async () => undefined,
    setMaxCost: async ({ directory, ...sum }) => {
      const world = worldOf(directory);
      await world.options.onMaxCost?.();
      world.sums.push(sum);
    },
    abortCalls: async ({ directory }) => {
      worldOf(directory).aborted = true;
    },
    lookAtInput: async () => {
      throw new Error("A world has no input folder: a watch is tested over real files.");
    },
  };
}

/** As often as the real ones, so that a cancellation comes as late as theirs. */
async function heartbeating<Result>(work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(heartbeat, 3_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
