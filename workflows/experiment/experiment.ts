import {
  allHandlersFinished,
  condition,
  log,
  patched,
  setCurrentDetails,
  sleep,
  upsertMemo,
} from "@temporalio/workflow";
import { defined } from "../../src/domain/defined.js";
import type {
  FinishedExperiment,
  PreparedExperiment,
  PrepareStageInput,
  AcceptedRows,
} from "../../src/domain/experiment/experiment.js";
import { groupId } from "../../src/domain/experiment/ids.js";
import { stagesOf } from "../../src/domain/experiment/stages.js";
import type { Stage, StageResult } from "../../src/domain/experiment/stages.js";
import { files } from "../activity-proxies.js";
import type {
  Change,
  ExperimentDescription,
  ExperimentResult,
  ExperimentPhase,
  Resume,
  RunExperimentInput,
} from "../messages.js";
import { BatchRun } from "./batch-run.js";
import type { BatchEnding } from "./batch-run.js";
import { directoryMemo, isStaged } from "./directory-memo.js";
import { finishPipeline, writeRephrased } from "./further-files.js";
import type { RowCounts } from "./further-files.js";
import { folderLost } from "./folder-lost.js";
import { GlobalSteps } from "./global-steps.js";
import { groupTable } from "./group-table.js";
import { MaxCost } from "./max-cost.js";
import { prepareFirst, prepareStage } from "./prepare-stage.js";
import { stageTable } from "./stage-table.js";
import { abortCalls, stopRows } from "./stop-work.js";
import { RunningGroups } from "./running-groups.js";
import type { GroupWork } from "./running-groups.js";

/** Distance between the first page numbers of two sendings, so that page numbers stay unique. */
const pagesASending = 100_000;

type Finished = FinishedExperiment & { readonly status: "finished" };

/** The state of an experiment and its actions. `runExperiment` connects the messages. */
export class Experiment {
  readonly #input: RunExperimentInput;
  readonly #stages: Stage[];
  readonly #groups = new RunningGroups();
  readonly #globals = new GlobalSteps();
  readonly #batch: BatchRun;
  readonly #maxCost = new MaxCost();
  readonly #ended: StageResult[] = [];
  #state: ExperimentPhase = "preparing";
  #stage: Stage | undefined;
  #prepared: PreparedExperiment | undefined;
  /** State folders by stage name. */
  readonly #directories = new Map<string, string>();
  #pauses = 0;
  #repeatedCalls = 0;
  #cancelled = false;
  #acceptedRows: AcceptedRows | undefined;

  constructor(input: RunExperimentInput) {
    this.#input = input;
    this.#stages = [...stagesOf(input)];
    this.#batch = new BatchRun(input);
  }

  async run(): Promise<ExperimentResult> {
    for (const stage of [...this.#stages]) {
      const ended = await this.#runStage(stage);
      if (ended.directory !== undefined) await this.#finishBatch(ended.directory);
      // If nothing was sent, later stages have no input.
      if (ended.directory === undefined || this.#isCancelled()) break;
      await this.#runGlobals(stage);
      if (this.#isCancelled()) break;
    }
    const isWhole =
      this.#ended.length === this.#stages.length && this.#globals.haveRun(this.#stages);
    this.#cancelled ||= this.#groups.cancels > 0 && !isWhole;
    return this.#end();
  }

  async pause(): Promise<void> {
    this.#pauses += 1;
    const told = this.#groups.pause();
    this.#show();
    await told;
  }

  async resume({ maxCost }: Resume): Promise<void> {
    const pauses = this.#pauses;
    if (maxCost !== undefined) await this.#maxCost.set(maxCost);
    // A pause that came while the activity ran is the later command.
    if (this.#pauses > pauses && patched("pause-after-resume")) return;
    const told = this.#groups.resume();
    this.#show();
    await told;
  }

  async cancel(): Promise<void> {
    const told = this.#groups.cancel();
    this.#globals.cancel();
    this.#show();
    await Promise.all([told, stopRows(this.#input, this.#prepared)]);
    if (this.#groups.cancels > 1) await abortCalls(this.#prepared);
  }

  async change({ maxCost, ...change }: Change): Promise<void> {
    const hasRates = Object.keys(change).length > 0;
    // Setting the cost takes an activity, during which a later change must not overtake these rates.
    const areRatesFirst = hasRates && maxCost !== undefined && patched("rates-before-maximum-cost");
    if (areRatesFirst) await this.#groups.change(change);
    if (maxCost !== undefined) await this.#maxCost.set(maxCost);
    if (hasRates && !areRatesFirst) await this.#groups.change(change);
  }

  describe(): ExperimentDescription {
    const prepared = this.#prepared;
    return {
      state: this.#groups.paused && this.#state === "running" ? "paused" : this.#state,
      cancelled: this.#groups.cancels > 0,
      ...defined({ prepared }),
      groups: (prepared?.groups ?? []).map((plan) => ({
        plan,
        workflowId: groupId(prepared?.slug ?? "", prepared?.stamp ?? "", plan.slug),
      })),
      ...(isStaged(this.#stages) && { stage: this.#stage ?? this.#stages[0], ended: this.#ended }),
    };
  }

  async #runStage(stage: Stage): Promise<StageResult> {
    const ended = await this.#resultOf(stage);
    this.#ended.push(ended);
    return ended;
  }

  async #resultOf(stage: Stage): Promise<StageResult> {
    this.#stage = stage;
    this.#state = "preparing";
    this.#prepared = undefined;
    this.#show();
    const prepared = await this.#prepare(stage);
    if (!prepared) return { ...stage, records: 0, completed: 0, failed: 0 };
    this.#prepared = prepared;
    await this.#maxCost.begin(prepared.directory);
    const { directory, records } = prepared;
    this.#directories.set(stage.name, directory);
    upsertMemo(directoryMemo(this.#stages, { directories: this.#directories, directory }));
    this.#show();
    const work = async (): Promise<Finished> => this.#sendToEnd(prepared);
    const finished = await this.#batch.within(stage, this.#ending(), work);
    const { completed, failed, repeatedCalls, completedFile, acceptedRows } = finished;
    this.#repeatedCalls += repeatedCalls;
    this.#acceptedRows = acceptedRows;
    return { ...stage, records, completed, failed, directory, completedFile };
  }

  async #finishBatch(directory: string): Promise<void> {
    await this.#batch.finish(directory, {
      ending: this.#ending(),
      isCancelled: () => this.#cancelled,
      noteCancelled: () => {
        this.#cancelled = true;
      },
      addStage: async (stage) => {
        this.#stages.push(stage);
        return (await this.#runStage(stage)).directory;
      },
    });
  }

  async #runGlobals({ globals = [] }: Stage): Promise<void> {
    const directory = this.#firstDirectory();
    if (directory === undefined || globals.length === 0) return;
    this.#state = "running";
    await this.#globals.run(directory, globals);
  }

  #isCancelled(): boolean {
    return this.#cancelled || this.#groups.cancels > 0;
  }

  #firstDirectory(): string | undefined {
    return this.#ended[0]?.directory;
  }

  async #prepare(stage: Stage): Promise<PreparedExperiment | undefined> {
    const isFirst = this.#ended.length === 0 && stage.kind === "main";
    return isFirst ? prepareFirst(this.#input) : prepareStage(this.#stageInput(stage));
  }

  #stageInput(stage: Stage): PrepareStageInput {
    const first = this.#firstDirectory();
    const before = this.#ended.at(-1)?.completedFile ?? this.#input.judgeOf;
    return {
      ...this.#input,
      stage,
      earlierStages: this.#ended.flatMap(({ directory }) => directory ?? []),
      ...defined({ first, before }),
    };
  }

  #ending(): BatchEnding {
    return {
      isRunning: () => this.#state === "running",
      cancel: () => this.cancel(),
      abortCalls: () => abortCalls(this.#prepared),
    };
  }

  async #sendToEnd(prepared: PreparedExperiment): Promise<Finished> {
    const cancelled = new Set<string>();
    const { settings } = this.#input;
    let works: GroupWork[] = prepared.groups.map((plan) => ({ plan, ranges: [[0, plan.records]] }));
    for (let firstPage = 0; ; firstPage += pagesASending) {
      this.#state = "running";
      this.#show();
      await Promise.all(
        works.map(async (work) => {
          const context = { settings, prepared, firstPage };
          if (await this.#groups.send(work, context)) cancelled.add(work.plan.slug);
        }),
      );
      this.#state = "finishing";
      this.#show();
      const timedOut = this.#batch.timedOut ? { timedOut: true } : {};
      const finished = await files().finishExperiment.executeWithOptions(
        { summary: "write the completed file" },
        [{ directory: prepared.directory, cancelled: [...cancelled], ...timedOut }],
      );
      this.#cancelled ||= cancelled.size > 0;
      if (finished.status === "finished") return finished;
      if (finished.status === "lost") throw folderLost(prepared.directory);
      log.warn("records without an outcome are sent again", {
        groups: finished.missing.map(({ group }) => group),
      });
      works = finished.missing.flatMap(({ group, ...ranges }) =>
        prepared.groups.filter(({ slug }) => slug === group).map((plan) => ({ plan, ...ranges })),
      );
      await sleep("5 seconds", { summary: "before records without an outcome are sent again" });
    }
  }

  async #end(): Promise<ExperimentResult> {
    const rephrasedFile = await this.#writeRephrased();
    const whole = await this.#finishPipeline();
    await condition(allHandlersFinished);
    this.#state = "finished";
    const sent = this.#ended.filter(({ directory }) => directory !== undefined);
    const main = sent.find(({ kind }) => kind === "main") ?? sent[0];
    const { completedFile = "" } = main ?? {};
    const { records = 0, completed = 0, failed = 0 } = whole ?? main ?? {};
    const status = this.#cancelled ? "cancelled" : "finished";
    setCurrentDetails(
      `**${status}**: ${completed} completed and ${failed} failed of ${records}\n\n\`${completedFile}\`${this.#stageTable()}`,
    );
    return {
      status,
      records,
      completed,
      failed,
      repeatedCalls: this.#repeatedCalls,
      completedFile,
      ...(isStaged(this.#stages) && { stages: this.#ended }),
      ...defined({ rephrasedFile, acceptedRows: this.#acceptedRows }),
    };
  }

  /** Writes the result of a pipeline whose segments each count their own rows. */
  async #finishPipeline(): Promise<RowCounts | undefined> {
    const directory = this.#firstDirectory();
    if (!this.#input.pipeline?.segments || directory === undefined) return undefined;
    this.#state = "finishing";
    this.#show();
    return finishPipeline(this.#ended, { directory, cancelled: this.#cancelled });
  }

  async #writeRephrased(): Promise<string | undefined> {
    const [rephrase] = this.#ended;
    const wanted = this.#input.settings.rephrase?.only === true && !this.#cancelled;
    if (!wanted || rephrase?.completedFile === undefined) return undefined;
    return writeRephrased(
      this.#stageInput({ kind: "main", name: `post-rephrase-${this.#input.settings.name}` }),
    );
  }

  #show(): void {
    const { state, groups } = this.describe();
    const stage = isStaged(this.#stages) && this.#stage ? ` ${this.#stage.name}` : "";
    const shown = `**${this.#groups.cancels > 0 ? "cancelled" : state}**${stage}`;
    setCurrentDetails([shown, groupTable(groups), this.#stageTable()].join("\n"));
  }

  #stageTable(): string {
    if (!isStaged(this.#stages)) return "";
    return stageTable(this.#stages, { ended: this.#ended, running: this.#stage });
  }
}
