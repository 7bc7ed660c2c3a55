/**
 * The runs for which this process sends: manifests, stores, environments, and the states of their
 * models. All of it can be read again from the run's folder.
 */
import { log } from "@temporalio/activity";
import type { Manifest } from "../src/domain/experiment/experiment.js";
import type { Environment } from "../src/domain/environment.js";
import type { PromptRecord } from "../src/domain/record/prompt-record.js";
import type { Provider } from "../src/providers/provider.js";
import { longestAnswerOf } from "../src/providers/tokens/longest-answer.js";
import type { GroupStore } from "../src/storage/log/group-store.js";
import { TokenEstimates } from "./leaser/token-estimates.js";
import type { OpenPipeline } from "./rows/open-pipeline.js";
import { ModelStates } from "./sending/model-states.js";

export interface OpenRun {
  readonly directory: string;
  readonly manifest: Manifest;
  /** Opens a group's store once. */
  store: (group: string) => Promise<GroupStore>;
  /** The environment at the experiment's resume number `resumes`. */
  environment: (resumes: number) => Promise<Environment>;
  readonly models: ModelStates;
  /** Opens the run's pipeline once, for a run that has one. */
  readonly pipeline: () => Promise<OpenPipeline>;
  /** Loads the adapter for an API, built-in or the experiment's own. */
  readonly loadProvider: LoadProvider;
  /** Times at which failed calls of a group are due again, by record and key. */
  dueAtMs: (group: string) => Map<string, number>;
  /** Estimates of the tokens of a group's calls. */
  estimates: (group: string) => TokenEstimates;
}

export type LoadProvider = (name: string) => Promise<Provider>;

export interface OpenRunsOptions {
  readManifest: (directory: string) => Promise<Manifest>;
  /** Opens the experiment's APIs, ready to send. */
  openProviders: (manifest: Manifest) => Promise<LoadProvider>;
  openStore: (directory: string, group: string) => Promise<GroupStore>;
  readEnvironment: (envFile: string) => Promise<Environment>;
  openPipeline: (directory: string) => Promise<OpenPipeline>;
  /** True if a run has calls in flight, in which case it must not be closed. */
  isBusy: (directory: string) => boolean;
}

interface Entry {
  readonly run: Promise<OpenRun>;
  readonly stores: Map<string, Promise<GroupStore>>;
  /** The run's pipeline, if one was opened. */
  readonly pipelines: Map<"pipeline", Promise<OpenPipeline>>;
  /** Number of activities that use it now. One that waits for its slot may wait for hours. */
  users: number;
  usedAtMs: number;
}

const idleMs = 120_000;

export class OpenRuns {
  readonly #options: OpenRunsOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: OpenRunsOptions) {
    this.#options = options;
  }

  /** Keeps a run open while `work` runs, and for a while after. */
  async use<Result>(directory: string, work: (run: OpenRun) => Promise<Result>): Promise<Result> {
    this.#closeIdle();
    const entry = this.#entryOf(directory);
    entry.users += 1;
    try {
      return await work(await entry.run);
    } finally {
      entry.users -= 1;
      entry.usedAtMs = Date.now();
    }
  }

  async close(directory: string): Promise<void> {
    const entry = this.#entries.get(directory);
    if (!entry) return;
    this.#entries.delete(directory);
    const stores = await Promise.allSettled(entry.stores.values());
    for (const store of stores) if (store.status === "fulfilled") await store.value.close();
    const pipelines = await Promise.allSettled(entry.pipelines.values());
    for (const one of pipelines) if (one.status === "fulfilled") await one.value.close();
  }

  #entryOf(directory: string): Entry {
    const known = this.#entries.get(directory);
    if (known) return known;
    const stores = new Map<string, Promise<GroupStore>>();
    const pipelines = new Map<"pipeline", Promise<OpenPipeline>>();
    const run = this.#openRun(directory, { stores, pipelines });
    const entry = { stores, pipelines, run, users: 0, usedAtMs: Date.now() };
    this.#entries.set(directory, entry);
    run.catch(() => this.#entries.delete(directory));
    return entry;
  }

  async #openRun(
    directory: string,
    { stores, pipelines }: Pick<Entry, "stores" | "pipelines">,
  ): Promise<OpenRun> {
    const manifest = await this.#options.readManifest(directory);
    const loadProvider = await this.#options.openProviders(manifest);
    const environments = new Map<number, Promise<Environment>>();
    const due = new Map<string, Map<string, number>>();
    const estimates = new Map<string, TokenEstimates>();
    const longestAnswer = async (record: PromptRecord): Promise<number | undefined> => {
      // A record of an unknown API fails at its send.
      const provider = await loadProvider(record.api).catch(() => undefined);
      return longestAnswerOf(provider, record);
    };
    return {
      directory,
      manifest,
      loadProvider,
      models: new ModelStates(),
      pipeline: () => once(pipelines, "pipeline", () => this.#options.openPipeline(directory)),
      dueAtMs: (group) => {
        const known = due.get(group) ?? new Map<string, number>();
        due.set(group, known);
        return known;
      },
      estimates: (group) => {
        const known = estimates.get(group) ?? new TokenEstimates(longestAnswer);
        estimates.set(group, known);
        return known;
      },
      store: (group) => once(stores, group, () => this.#options.openStore(directory, group)),
      environment: (resumes) =>
        once(environments, resumes, () => this.#options.readEnvironment(manifest.settings.envFile)),
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

/** Creates a key's value on first use. A failure is not kept. */
async function once<Key, Value>(
  known: Map<Key, Promise<Value>>,
  key: Key,
  make: () => Promise<Value>,
): Promise<Value> {
  const present = known.get(key);
  if (present) return present;
  const made = make();
  known.set(key, made);
  made.catch(() => known.delete(key));
  return made;
}
