import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  condition,
  log,
  setCurrentDetails,
  sleep,
  upsertMemo,
  workflowInfo,
} from "@temporalio/workflow";
import { defined } from "../src/domain/defined.js";
import type {
  FinishedExperiment,
  PreparedExperiment,
  PrepareStageInput,
} from "../src/domain/experiment/experiment.js";
import { groupId } from "../src/domain/experiment/ids.js";
import { stagesOf } from "../src/domain/experiment/stages.js";
import type { Stage, StageResult } from "../src/domain/experiment/stages.js";
import { files, lookups } from "./activity-proxies.js";
import type {
  Change,
  ExperimentDescription,
  ExperimentResult,
  ExperimentPhase,
  RunExperimentInput,
} from "./messages.js";
import { RunningGroups } from "./running-groups.js";
import type { Walk } from "./running-groups.js";

/** First page number of each further walk, which keeps page numbers unique. */
const pagesAWalk = 100_000;

type Finished = FinishedExperiment & { readonly status: "finished" };

/** The state of an experiment and its actions. `runExperiment` connects the messages. */
export class Experiment {
  readonly #input: RunExperimentInput;
  readonly #stages: readonly Stage[];
  readonly #groups = new RunningGroups();
  readonly #ended: StageResult[] = [];
  #state: ExperimentPhase = "preparing";
  #stage: Stage | undefined;
  #prepared: PreparedExperiment | undefined;
  /** State folders by stage name. */
  readonly #directories = new Map<string, string>();
  #repeatedCalls = 0;
  #cancelled = false;

  constructor(input: RunExperimentInput) {
    this.#input = input;
    this.#stages = stagesOf(input);
  }

  async run(): Promise<ExperimentResult> {
    for (const stage of this.#stages) {
      const ended = await this.#runStage(stage);
      this.#ended.push(ended);
      // If nothing was sent, later stages have no input.
      if (ended.directory === undefined) break;
      if (this.#cancelled || this.#groups.cancels > 0) break;
    }
    this.#cancelled ||= this.#groups.cancels > 0 && this.#ended.length < this.#stages.length;
    return this.#end();
  }

  async pause(): Promise<void> {
    const told = this.#groups.pause();
    this.#show();
    await told;
  }

  async resume(): Promise<void> {
    const told = this.#groups.resume();
    this.#show();
    await told;
  }

  async cancel(): Promise<void> {
    const told = this.#groups.cancel();
    this.#show();
    await told;
    if (this.#groups.cancels > 1 && this.#prepared) {
      await lookups().abortCalls({ directory: this.#prepared.directory });
    }
  }

  async change(change: Change): Promise<void> {
    await this.#groups.change(change);
  }

  describe(): ExperimentDescription {
    const prepared = this.#prepared;
    return {
      state: this.#groups.paused && this.#state === "running" ? "paused" : this.#state,
      cancelled: this.#groups.cancels > 0,
      ...(prepared ? { prepared } : {}),
      groups: (prepared?.groups ?? []).map((plan) => ({
        plan,
        workflowId: groupId(prepared?.slug ?? "", prepared?.stamp ?? "", plan.slug),
      })),
      ...(this.#isStaged() ? { stage: this.#stage ?? this.#stages[0], ended: this.#ended } : {}),
    };
  }

  /** False for an ordinary experiment, whose only stage is the main one. */
  #isStaged(): boolean {
    return this.#stages.length > 1 || this.#stages[0]?.kind !== "main";
  }

  async #runStage(stage: Stage): Promise<StageResult> {
    this.#stage = stage;
    this.#state = "preparing";
    this.#prepared = undefined;
    this.#show();
    const prepared = await this.#prepare(stage);
    if (!prepared) return { ...stage, records: 0, completed: 0, failed: 0 };
    this.#prepared = prepared;
    this.#directories.set(stage.name, prepared.directory);
    this.#noteDirectory();
    this.#show();
    const finished = await this.#walkToEnd(prepared);
    const { completed, failed, repeatedCalls, completedFile } = finished;
    this.#repeatedCalls += repeatedCalls;
    const { directory, records } = prepared;
    return { ...stage, records, completed, failed, directory, completedFile };
  }

  async #prepare(stage: Stage): Promise<PreparedExperiment | undefined> {
    try {
      const isFirst = this.#ended.length === 0;
      if (isFirst && stage.kind === "main") {
        return await files().prepareExperiment.executeWithOptions(
          { summary: `check ${this.#input.inputName} and build its index` },
          [this.#input],
        );
      }
      const made = await files().prepareStage.executeWithOptions(
        { summary: `make the input of ${stage.name} and build its index` },
        [this.#stageInput(stage)],
      );
      return made.status === "prepared" ? made.prepared : undefined;
    } catch (error) {
      if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) {
        throw error.cause;
      }
      throw error;
    }
  }

  #stageInput(stage: Stage): PrepareStageInput {
    const first = this.#ended[0]?.directory;
    const before = this.#ended.at(-1)?.completedFile ?? this.#input.judgeOf;
    return {
      ...this.#input,
      stage,
      ...defined({ first, before }),
    };
  }

  #noteDirectory(): void {
    const named = this.#stages.map((stage) => {
      const directory = this.#directories.get(stage.name);
      return { ...stage, ...defined({ directory }) };
    });
    const main = named.find(({ kind }) => kind === "main")?.directory;
    const directory = main ?? this.#prepared?.directory;
    upsertMemo({ directory, ...(this.#isStaged() ? { stages: named } : {}) });
  }

  async #walkToEnd(prepared: PreparedExperiment): Promise<Finished> {
    const cancelled = new Set<string>();
    const { settings } = this.#input;
    let walks: Walk[] = prepared.groups.map((plan) => ({ plan, ranges: [[0, plan.records]] }));
    for (let firstPage = 0; ; firstPage += pagesAWalk) {
      this.#state = "running";
      this.#show();
      await Promise.all(
        walks.map(async (walk) => {
          const context = { settings, prepared, firstPage };
          if (await this.#groups.walk(walk, context)) cancelled.add(walk.plan.slug);
        }),
      );
      this.#state = "finishing";
      this.#show();
      const finished = await files().finishExperiment.executeWithOptions(
        { summary: "write the completed file" },
        [{ directory: prepared.directory, cancelled: [...cancelled] }],
      );
      this.#cancelled ||= cancelled.size > 0;
      if (finished.status === "finished") return finished;
      if (finished.status === "lost") {
        throw ApplicationFailure.nonRetryable(
          `Cancelled while its folder was missing, so no files were written: ${prepared.directory}`,
          "RunFolderMissing",
        );
      }
      log.warn("records without an outcome are walked again", {
        groups: finished.missing.map(({ group }) => group),
      });
      walks = finished.missing.flatMap(({ group, ...walk }) =>
        prepared.groups.filter(({ slug }) => slug === group).map((plan) => ({ plan, ...walk })),
      );
      await sleep("5 seconds", { summary: "before what lacks an outcome is walked again" });
    }
  }

  async #end(): Promise<ExperimentResult> {
    const rephrasedFile = await this.#writeRephrased();
    await condition(allHandlersFinished);
    this.#state = "finished";
    const sent = this.#ended.filter(({ directory }) => directory !== undefined);
    const main = sent.find(({ kind }) => kind === "main") ?? sent[0];
    const { records = 0, completed = 0, failed = 0, completedFile = "" } = main ?? {};
    const status = this.#cancelled ? "cancelled" : "finished";
    setCurrentDetails(
      `**${status}**: ${completed} completed and ${failed} failed of ${records}\n\n\`${completedFile}\`${this.#stageTable()}`,
    );
    return {
      ...{ status, records, completed, failed },
      repeatedCalls: this.#repeatedCalls,
      completedFile,
      ...(this.#isStaged() ? { stages: this.#ended } : {}),
      ...defined({ rephrasedFile }),
    };
  }

  async #writeRephrased(): Promise<string | undefined> {
    const [rephrase] = this.#ended;
    const wanted = this.#input.settings.rephrase?.only === true && !this.#cancelled;
    if (!wanted || rephrase?.completedFile === undefined) return undefined;
    const { file } = await files().writeRephrased.executeWithOptions(
      { summary: "write the rephrased prompts" },
      [this.#stageInput({ kind: "main", name: `post-rephrase-${this.#input.settings.name}` })],
    );
    return file;
  }

  #show(): void {
    const { state, groups } = this.describe();
    const stage = this.#isStaged() && this.#stage ? ` ${this.#stage.name}` : "";
    setCurrentDetails(
      [
        `**${this.#groups.cancels > 0 ? "cancelled" : state}**${stage}\n`,
        "| group | records | requests a minute | limit |\n| --- | --- | --- | --- |",
        ...groups.map(
          ({ plan }) =>
            `| ${plan.name} | ${plan.records} | ${plan.requestsPerMinute} | \`${plan.limitKey}\` |`,
        ),
        `\nThe counts are in the details of each group; started ${workflowInfo().startTime.toISOString()}.`,
        this.#stageTable(),
      ].join("\n"),
    );
  }

  #stageTable(): string {
    if (!this.#isStaged()) return "";
    const rows = this.#stages.map(({ name }) => {
      const ended = this.#ended.find((stage) => stage.name === name);
      if (ended) return `| ${name} | ${ended.completed} | ${ended.failed} |`;
      return `| ${name} | ${name === this.#stage?.name ? "runs" : ""} | |`;
    });
    return ["\n\n| stage | completed | failed |", "| --- | --- | --- |", ...rows].join("\n");
  }
}
