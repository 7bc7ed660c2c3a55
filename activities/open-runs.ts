/**
 * The runs for which this process sends: manifests, stores, environments, and the states of their
 * models. All of these can be read again from the run's folder.
 */
import { log } from "@temporalio/activity";
import { computed, computedOnce } from "../src/domain/computed.js";
import type { Manifest } from "../src/domain/experiment/experiment.js";
import type { Environment } from "../src/domain/environment.js";
import type { PromptRecord } from "../src/domain/record/prompt-record.js";
import { loadCatalogue } from "../src/providers/prices/catalogue.js";
import { createPriceSource } from "../src/providers/prices/price-source.js";
import type { PriceOf } from "../src/providers/prices/price-source.js";
import type { Provider } from "../src/providers/provider.js";
import { longestAnswerOf } from "../src/providers/tokens/longest-answer.js";
import type { GroupStore } from "../src/storage/log/group-store.js";
import { ReservedMoney } from "../src/storage/budget/reserved-money.js";
import { SpentMoney } from "../src/storage/budget/spent-money.js";
import { readMaxCost } from "../src/storage/budget/max-cost.js";
import { readDroppedModels } from "../src/storage/run/dropped-models.js";
import { Budget } from "./sending/budget/budget.js";
import { ExpectedTokens } from "./sending/budget/expected-tokens.js";
import { TokenEstimates } from "./leaser/token-estimates.js";
import type { OpenFlow } from "./lines/open-flow.js";
import type { OpenPipeline } from "./rows/open-pipeline.js";
import type { LiveScoring } from "./sending/live-scoring.js";
import { RunStop } from "./run-stop.js";
import { DroppedModels } from "./sending/dropped-models.js";
import { ModelStates } from "./sending/model-states.js";

export interface OpenRun {
  readonly directory: string;
  readonly manifest: Manifest;
  /** Fires once the run is cancelled. Nothing more is then started for it. */
  readonly stopped: AbortSignal;
  /** Opens a group's store once. */
  store: (group: string) => Promise<GroupStore>;
  /** Returns the environment at the experiment's resume number `resumes`. */
  environment: (resumes: number) => Promise<Environment>;
  readonly models: ModelStates;
  /** Models that a person has dropped. */
  readonly dropped: DroppedModels;
  /** Opens the run's pipeline once, for a run that has one. */
  readonly pipeline: () => Promise<OpenPipeline>;
  /** Opens the run's flow once, for a batch run. */
  readonly flow: () => Promise<OpenFlow>;
  /** Loads the adapter for an API, built-in or the experiment's own. */
  readonly loadProvider: LoadProvider;
  /** Returns the times at which failed calls of a group are due again, by record and key. */
  dueAtMs: (group: string) => Map<string, number>;
  /**
   * Returns the prices of an API's calls. The public lists are loaded for the first API that is in
   * them.
   */
  prices: (provider: Pick<Provider, "priceList">) => Promise<PriceOf>;
  /** Returns estimates of the tokens of a group's calls. */
  estimates: (group: string) => TokenEstimates;
  /** Money that the run may spend. */
  readonly budget: Budget;
  /** Returns the expected tokens of an `<api>/<model>`'s calls. */
  expectedTokens: (target: string) => ExpectedTokens;
}

export type LoadProvider = (name: string) => Promise<Provider>;

export interface OpenRunsOptions {
  readManifest: (directory: string) => Promise<Manifest>;
  /** Opens the experiment's APIs, ready to send. */
  openProviders: (manifest: Manifest) => Promise<LoadProvider>;
  openStore: (directory: string, group: string) => Promise<GroupStore>;
  readEnvironment: (envFile: string) => Promise<Environment>;
  openPipeline: (directory: string) => Promise<OpenPipeline>;
  openFlow: (directory: string) => Promise<OpenFlow>;
  /** True if a run has calls in flight, in which case it must not be closed. */
  isBusy: (directory: string) => boolean;
  /** True once the run was cancelled. */
  isStopped: (directory: string) => Promise<boolean>;
  /**
   * Scores a run's answers while it is in progress. @default nothing is scored before the finish
   */
  liveScoringOf?: (directory: string, manifest: Manifest) => LiveScoring | undefined;
}

interface Entry {
  readonly run: Promise<OpenRun>;
  readonly stores: Map<string, Promise<GroupStore>>;
  /** The run's pipeline, if one was opened. */
  readonly pipelines: Map<"pipeline", Promise<OpenPipeline>>;
  /** The run's flow, if one was opened. */
  readonly flows: Map<"flow", Promise<OpenFlow>>;
  readonly scorings: Set<LiveScoring>;
  readonly stop: RunStop;
  /** Number of activities that use the run now. An activity may wait for its slot for hours. */
  users: number;
  usedAtMs: number;
}

const idleMs = 120_000;

export class OpenRuns {
  readonly #options: OpenRunsOptions;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OpenRunsOptions) {
    this.#options = options;
  }

  /** Keeps a run open while `work` runs, and for a while after. */
  async use<Result>(directory: string, work: (run: OpenRun) => Promise<Result>): Promise<Result> {
    this.#closeIdle();
    const entry = this.#entryOf(directory);
    entry.users += 1;
    entry.stop.watch();
    try {
      return await work(await entry.run);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) entry.stop.rest();
      entry.usedAtMs = Date.now();
      this.#closeLater();
    }
  }

  /** Closes all parts of a run. Rejects with the first error once all of them are closed. */
  async close(directory: string): Promise<void> {
    const entry = this.#entries.get(directory);
    if (!entry) return;
    this.#entries.delete(directory);
    const { stores, pipelines, flows, scorings, run } = entry;
    const opened = await Promise.allSettled([
      ...stores.values(),
      ...pipelines.values(),
      ...flows.values(),
      run.then(({ budget }) => budget),
    ]);
    const parts = opened.flatMap((part) => (part.status === "fulfilled" ? part.value : []));
    const errors: unknown[] = [];
    for (const part of [...parts, ...scorings]) {
      await part.close().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }

  /** A process without further activities closes its runs too. */
  #closeLater(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#closeIdle();
      if (this.#entries.size > 0) this.#closeLater();
    }, idleMs).unref();
  }

  #entryOf(directory: string): Entry {
    const known = this.#entries.get(directory);
    if (known) return known;
    const stores = new Map<string, Promise<GroupStore>>();
    const pipelines = new Map<"pipeline", Promise<OpenPipeline>>();
    const flows = new Map<"flow", Promise<OpenFlow>>();
    const stop = new RunStop(async () => this.#options.isStopped(directory));
    const scorings = new Set<LiveScoring>();
    const parts = { stores, pipelines, flows, scorings, stop };
    const run = this.#openRun(directory, parts);
    const entry = { ...parts, run, users: 0, usedAtMs: Date.now() };
    this.#entries.set(directory, entry);
    run.catch(() => this.#entries.delete(directory));
    return entry;
  }

  async #openRun(
    directory: string,
    { stores, pipelines, flows, scorings, stop }: Omit<Entry, "run" | "users" | "usedAtMs">,
  ): Promise<OpenRun> {
    const manifest = await this.#options.readManifest(directory);
    const loadProvider = await this.#options.openProviders(manifest);
    const environments = new Map<number, Promise<Environment>>();
    const prices = new Map<"listed", Promise<PriceOf>>();
    const due = new Map<string, Map<string, number>>();
    const estimates = new Map<string, TokenEstimates>();
    const expected = new Map<string, ExpectedTokens>();
    const spent = new SpentMoney(directory, manifest);
    const scoring = this.#options.liveScoringOf?.(directory, manifest);
    if (scoring) scorings.add(scoring);
    const openStore = async (group: string): Promise<GroupStore> => {
      const store = await this.#options.openStore(directory, group);
      return scoring?.scored(store) ?? store;
    };
    const longestAnswer = async (record: PromptRecord): Promise<number | undefined> => {
      // A record of an unknown API fails at its send.
      const provider = await loadProvider(record.api).catch(() => undefined);
      return longestAnswerOf(provider, record);
    };
    return {
      directory,
      manifest,
      stopped: stop.signal,
      loadProvider,
      models: new ModelStates(),
      dropped: new DroppedModels(async () => readDroppedModels(directory)),
      budget: new Budget({
        maxCost: async () => readMaxCost(directory, manifest),
        spent: async () => spent.read(),
        reserved: new ReservedMoney(directory),
      }),
      expectedTokens: (target) =>
        computed(expected, target, () => new ExpectedTokens(() => spent.averageAnswer())),
      prices: async ({ priceList }) => {
        const own = manifest.settings.prices;
        if (!priceList) return createPriceSource(own, () => undefined);
        const load = async (): Promise<PriceOf> => createPriceSource(own, await loadCatalogue());
        return computedOnce(prices, "listed", load);
      },
      pipeline: () =>
        computedOnce(pipelines, "pipeline", () => this.#options.openPipeline(directory)),
      flow: () => computedOnce(flows, "flow", () => this.#options.openFlow(directory)),
      dueAtMs: (group) => {
        return computed(due, group, () => new Map<string, number>());
      },
      estimates: (group) => {
        return computed(estimates, group, () => new TokenEstimates(longestAnswer));
      },
      store: (group) => computedOnce(stores, group, () => openStore(group)),
      environment: (resumes) =>
        computedOnce(environments, resumes, () =>
          this.#options.readEnvironment(manifest.settings.envFile),
        ),
    };
  }

  #closeIdle(): void {
    for (const [directory, { users, usedAtMs }] of this.#entries) {
      const idle = users === 0 && Date.now() - usedAtMs >= idleMs;
      if (!idle || this.#options.isBusy(directory)) continue;
      this.close(directory).catch((error: unknown) => {
        log.warn("an idle run could not be closed", { directory, error });
      });
    }
  }
}
