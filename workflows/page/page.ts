import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setCurrentDetails,
  workflowInfo,
} from "@temporalio/workflow";
import type { SignalDefinition } from "@temporalio/workflow";
import type { PageContext, SliceResult, Wave } from "../../activities/contract.js";
import { defined } from "../../src/domain/defined.js";
import type { Counts } from "../../src/domain/experiment/experiment.js";
import { pageId } from "../../src/domain/experiment/ids.js";
import { rangesFrom } from "../../src/domain/experiment/ranges.js";
import type { Range } from "../../src/domain/experiment/ranges.js";
import { changedRates } from "../../src/domain/rates/changed-rates.js";
import type { ChangeableRates } from "../../src/domain/rates/changed-rates.js";
import { currentRatesOf } from "../../src/domain/rates/current-rates.js";
import { callsPerMinute, changedTargets } from "../../src/domain/experiment/target-plan.js";
import type { TargetPlan } from "../../src/domain/experiment/target-plan.js";
import { pageSizes } from "../../src/domain/experiment/sizes.js";
import type { PageSizes } from "../../src/domain/experiment/sizes.js";
import {
  nextWaveInMs,
  recordsPerSlice,
  recordsPerWave,
} from "../../src/domain/experiment/waves.js";
import { Acceptance } from "./acceptance.js";
import { calls, rows, slots } from "../activity-proxies.js";
import { cutIntoSlices } from "./cut-into-slices.js";
import type { Slice } from "./cut-into-slices.js";
import { LeftRecords } from "./left-records.js";
import { PageCounts } from "./page-counts.js";
import { doneSignal, refusedSignal, sentSignal } from "../messages.js";
import type { Change } from "../messages.js";
import { OpenSlices } from "./open-slices.js";
import type { PageInput } from "./page-input.js";
import { optionsOf, sendingOf } from "./slice-options.js";

interface Leased {
  readonly wave: Wave;
  /** Number of records per slice. It is fixed for the lease, because the labels match it. */
  readonly perSlice: number;
  /** Number of resumes at the lease. */
  readonly resumes: number;
}

/**
 * Maximum number of ranges in a lease. If models alternate and one is blocked, each record is a
 * range.
 */
const rangesALease = 200;

/** The state of a page and its actions. `runPage` connects the messages. */
export class Page {
  readonly #input: PageInput;
  readonly #sizes: PageSizes;
  #rate: ChangeableRates;
  #targets: readonly TargetPlan[] | undefined;
  #priority: number;
  #remaining: readonly Range[];
  #position: number;
  #blocked: Set<string>;
  #stopped = false;
  #groupIsGone = false;
  #changes = 0;
  #usedUpUntilMs: number | undefined;
  #launched = 0;
  readonly #counts = new PageCounts();
  readonly #left: LeftRecords;
  #leasing: CancellationScope | undefined;
  readonly #slices = new OpenSlices();
  readonly #acceptance: Acceptance;

  constructor(input: PageInput) {
    this.#input = input;
    this.#acceptance = new Acceptance(input.plan.rowsWanted);
    this.#sizes = input.sizes ?? pageSizes;
    const { requestsPerMinute, inFlight, changes } = input;
    this.#rate = { requestsPerMinute, ...defined({ inFlight, changes }) };
    this.#targets = input.targets;
    this.#priority = input.priority;
    this.#remaining = input.ranges;
    this.#position = input.ranges[0]?.[0] ?? 0;
    this.#left = new LeftRecords(input.resumes);
    this.#blocked = new Set(input.blocked);
  }

  async run(): Promise<void> {
    const { page } = this.#input;
    while (this.#goesOn()) {
      if (this.#room() <= 0) {
        await condition(() => this.#room() > 0 || !this.#goesOn());
        continue;
      }
      const leased = await this.#lease();
      if (leased?.wave.groupEnded) this.#endWithGroup();
      if (!leased || this.#stopped) continue;
      this.#launchWave(leased);
      await this.#untilNextWave(leased.wave);
    }
    await this.#tellGroup(sentSignal, {
      page,
      position: this.#position,
      ...defined({ usedUpUntilMs: this.#usedUpUntilMs }),
    });
    await condition(() => this.#slices.records === 0);
    await this.#tellGroup(doneSignal, {
      page,
      ...this.#counts.report(),
      ...this.#left.report(),
      ...defined({
        usedUpUntilMs: this.#usedUpUntilMs,
        accepted: this.#acceptance.accepted,
      }),
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#leasing?.cancel();
    this.#slices.cancel();
  }

  resume(resumes: number): void {
    this.#blocked.clear();
    this.#left.resume(resumes);
  }

  change(change: Change): void {
    if (this.#targets) this.#targets = changedTargets(this.#targets, change);
    else this.#rate = changedRates(this.#rate, change);
    this.#priority = change.priority ?? this.#priority;
    this.#changes += 1;
    this.#leasing?.cancel();
    // Records without a slot would continue at the old rate. Slices that may contain some are
    // cancelled, and their records are sent again later. All slices of rows are cancelled, because
    // a row leases the slots of its calls while it walks. It walks again from its journal.
    if (this.#targets) this.#slices.cancel();
    else this.#slices.cancelAhead();
  }

  progress(): Counts & { position: number; open: number } {
    return { ...this.#counts.all, position: this.#position, open: this.#slices.records };
  }

  #goesOn(): boolean {
    return (
      !this.#stopped &&
      this.#usedUpUntilMs === undefined &&
      !this.#acceptance.isReached &&
      this.#remaining.length > 0 &&
      this.#launched < this.#sizes.slicesAPage &&
      workflowInfo().historyLength < this.#sizes.eventsAPage
    );
  }

  /** Returns the number of rows that may start now. */
  #room(): number {
    return this.#acceptance.room(this.#slices.records);
  }

  #context(): PageContext {
    const { directory, plan, groupId, page } = this.#input;
    const { tokensPerMinute, requestsPerDay } = plan;
    return {
      directory,
      group: plan.slug,
      groupId,
      pageId: pageId(groupId, page),
      limitKey: plan.limitKey,
      limitId: plan.limitId,
      ...currentRatesOf({ ...this.#rate, tokensPerMinute, requestsPerDay }),
      priority: this.#priority,
      resumes: this.#left.resumes,
      ...defined({ targets: this.#targets }),
    };
  }

  #recordsPerSlice(): number {
    const { otherRequestsPerMinute } = this.#input;
    // The limit of rows has no pace. Rows start at the rate of their calls.
    const rate = this.#targets ? callsPerMinute(this.#targets) : this.#rate.requestsPerMinute;
    return recordsPerSlice(rate, otherRequestsPerMinute, this.#sizes);
  }

  /** Leases a wave. Returns `undefined` if a change or a stop cancelled the request. */
  async #lease(): Promise<Leased | undefined> {
    const perSlice = this.#recordsPerSlice();
    const slices = (this.#sizes.slicesAPage - this.#launched) * perSlice;
    const room = Math.min(slices, this.#room());
    const wanted = Math.min(room, recordsPerWave(this.#rate.requestsPerMinute));
    const records = this.#sizes.spanMs === undefined ? wanted : Math.min(room, perSlice);
    const { resumes } = this.#left;
    const scope = new CancellationScope();
    this.#leasing = scope;
    try {
      const wave = await scope.run(() =>
        slots().leaseSlots.executeWithOptions({ summary: `slots from #${this.#position + 1}` }, [
          {
            ...this.#context(),
            ranges: this.#remaining.slice(0, rangesALease),
            wanted,
            ...(records > wanted && { records }),
            blocked: [...this.#blocked],
            labels: perSlice === 1,
            preview: this.#input.preview,
            ...this.#acceptance.wish(),
          },
        ]),
      );
      return { wave, perSlice, resumes };
    } catch (error) {
      // If the worker dies after the cancellation, the request times out instead.
      if (isCancellation(error) || scope.consideredCancelled) return undefined;
      throw error;
    } finally {
      this.#leasing = undefined;
    }
  }

  #launchWave({ wave, perSlice, resumes }: Leased): void {
    if (this.#input.countPassed) this.#counts.add(wave);
    this.#left.leave(wave.left, wave.coarse);
    this.#left.block(wave.blocked, resumes);
    this.#acceptance.noteWave(wave);
    for (const slice of cutIntoSlices(wave, perSlice)) {
      this.#launched += 1;
      void this.#launch(slice);
    }
    this.#position = wave.position;
    this.#usedUpUntilMs ??= wave.usedUpUntilMs;
    this.#remaining = rangesFrom(this.#remaining, wave.position);
    this.#showDetails();
  }

  /**
   * Starts a slice. Never rejects, because a rejection while the page sleeps would fail the
   * workflow task forever.
   */
  async #launch(slice: Slice): Promise<void> {
    const scope = this.#slices.add(slice);
    try {
      const result = await scope.run(() => this.#send(slice));
      this.#counts.add(result);
      this.#acceptance.noteSlice(result);
      this.#left.leave(result.left);
      this.#left.leaveForNextDay(result.nextDay);
      this.#usedUpUntilMs ??= result.usedUpUntilMs;
      this.#left.block(result.blocked, result.resumes);
      await this.#noteRefusals(result);
    } catch (error) {
      if (!isCancellation(error)) log.error("a slice failed; its records are left", { error });
      this.#left.leave(slice.ranges);
    } finally {
      this.#slices.remove(scope);
      this.#showDetails();
    }
  }

  #send(slice: Slice): Promise<SliceResult> {
    const activity = this.#targets ? rows().runRows : calls().sendPrompts;
    const input = { ...this.#context(), ...sendingOf(slice) };
    return activity.executeWithOptions(optionsOf(slice), [input]);
  }

  async #noteRefusals({ refusals, resumes }: SliceResult): Promise<void> {
    const fresh = refusals.filter(({ target }) => !this.#blocked.has(target));
    if (fresh.length === 0 || resumes < this.#left.resumes) return;
    for (const { target } of fresh) this.#blocked.add(target);
    await this.#tellGroup(refusedSignal, { resumes, refusals: fresh });
  }

  async #untilNextWave(wave: Wave): Promise<void> {
    const wakeIn = nextWaveInMs(wave, this.#rate.requestsPerMinute, Date.now());
    if (!this.#goesOn() || wakeIn <= 0) return;
    const changes = this.#changes;
    await condition(() => this.#stopped || this.#changes > changes, wakeIn, {
      summary: "until its slots are nearly used up",
    });
  }

  async #tellGroup<Message>(signal: SignalDefinition<[Message]>, message: Message): Promise<void> {
    if (this.#groupIsGone) return;
    try {
      await getExternalWorkflowHandle(this.#input.groupId).signal(signal, message);
    } catch (error) {
      this.#endWithGroup(error);
    }
  }

  #endWithGroup(error?: unknown): void {
    log.info("the group is gone; the page sends nothing more", defined({ error }));
    this.#groupIsGone = true;
    this.stop();
  }

  #showDetails(): void {
    const { completed, failed } = this.#counts.all;
    setCurrentDetails(
      `At #${this.#position + 1}: ${completed} completed, ${failed} failed, ${this.#slices.records} open`,
    );
  }
}
