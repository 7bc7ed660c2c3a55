import { join, resolve } from "node:path";
import type { Ostinato } from "../../client/connection/ostinato.js";
import { retryFailed } from "../../client/start/retry-failed.js";
import { countsSoFar } from "../../client/status/run-files.js";
import { listExperiments } from "../../client/list/list-experiments.js";
import type { ExperimentSummary } from "../../client/list/known-experiments.js";
import {
  cancelExperiment,
  changeExperiment,
  pauseExperiment,
  resumeExperiment,
} from "../../client/steer/steer-experiment.js";
import type { Delivery } from "../../client/steer/delivery.js";
import { ensureWorker } from "../../client/worker/ensure-worker.js";
import type { Environment } from "../../domain/environment.js";
import { defined } from "../../domain/defined.js";
import { knownCost } from "../../domain/money/spending.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { ListedRun, LiveRun, RunList, Steering } from "../../domain/report/live-run.js";
import { listRuns } from "../../storage/data-folder.js";
import { LiveStatuses } from "../run/live-statuses.js";
import type { RunView } from "../run/run-view.js";
import { RunViews } from "../run/run-views.js";
import type { RunName } from "../run/run-views.js";
import { ServerLink } from "./server-link.js";
import { watchedFolder } from "./watched-folder.js";

export interface ExperimentsOptions {
  readonly dataFolder: string;
  readonly env: Environment;
}

/** All experiments of a data folder, for the open pages. */
export class Experiments {
  readonly #dataFolder: string;
  readonly #link: ServerLink;
  readonly #views: RunViews;
  readonly #statuses = new LiveStatuses();
  #listing: Promise<RunList> | undefined;

  constructor({ dataFolder, env }: ExperimentsOptions) {
    this.#dataFolder = resolve(dataFolder);
    this.#link = new ServerLink(env);
    this.#views = new RunViews(this.#dataFolder);
  }

  /** Returns all runs, newest first. */
  async list(): Promise<RunList> {
    this.#listing ??= this.#list().finally(() => (this.#listing = undefined));
    return await this.#listing;
  }

  async view(run: RunName): Promise<RunView> {
    return await this.#views.get(run);
  }

  async live(run: RunName): Promise<LiveRun> {
    const directory = await this.#views.directoryOf(run);
    const status = (await this.#isLatest(run, directory))
      ? await this.#statuses.of(await this.#link.find(), run.name, directory)
      : undefined;
    if (directory === undefined) return { version: 0, ...defined({ status }) };
    const view = await this.view(run);
    return { ...(await view.refresh()), ...defined({ status }) };
  }

  /** Steers a run. Returns a sentence for the user. */
  async steer(run: RunName, { action, ...change }: Steering): Promise<string> {
    const { name } = run;
    if (!(await this.#isLatest(run, await this.#views.directoryOf(run)))) {
      throw new UserError(`This is an older run of ${JSON.stringify(name)}. Steer the latest one.`);
    }
    const ostinato = await this.#link.require();
    switch (action) {
      case "pause":
        return said(await pauseExperiment(ostinato, name), "Paused. Calls in flight finish.");
      case "resume":
        return said(
          await resumeExperiment(ostinato, name, defined({ maxCost: change.maxCost })),
          "Resumed.",
        );
      case "change":
        return said(
          await changeExperiment(ostinato, name, defined(change)),
          "The change takes effect within a few seconds.",
        );
      case "cancel":
        return cancelWords[await cancelExperiment(ostinato, name)];
      case "retry":
        return await this.#retry(ostinato, name);
    }
  }

  async close(): Promise<void> {
    await this.#statuses.close();
    await this.#views.close();
    await this.#link.close();
  }

  async #retry(ostinato: Ostinato, name: string): Promise<string> {
    await retryFailed(ostinato, name, { dataFolder: this.#dataFolder });
    await ensureWorker(ostinato, { name, role: "background" });
    return "The failed records are sent again, in a new run.";
  }

  /** True for the latest run of a name. Only this run can be steered. */
  async #isLatest({ name, stamp }: RunName, directory: string | undefined): Promise<boolean> {
    if (stamp === undefined) return true;
    return directory === (await this.#views.directoryOf({ name }));
  }

  async #list(): Promise<RunList> {
    const notices: string[] = [];
    const onNotice = (text: string): void => void notices.push(text);
    const ostinato = await this.#link.find();
    const dataFolder = this.#dataFolder;
    if (ostinato) {
      const all = await listExperiments(ostinato, { dataFolder, onNotice });
      const own = all.filter((summary) => resolve(summary.dataFolder) === dataFolder);
      const watch = await watchedFolder(ostinato, dataFolder);
      return { dataFolder, ...defined({ watch }), runs: listed(own.map(ofSummary)), notices };
    }
    if (this.#link.problem !== undefined) onNotice(this.#link.problem);
    const output = join(dataFolder, "output");
    const runs = await listRuns({ output }, ({ reason }) => onNotice(`Not listed: ${reason}`));
    const found = runs.map(async ({ directory, records, invalid, counts, ...run }) => ({
      name: run.name,
      stamp: run.stamp,
      startedAt: run.startedAt,
      records: records + invalid,
      ...(counts ?? (await countsSoFar(directory))),
      state: run.finished ? "finished" : "unknown",
      ...defined({ finishedAt: run.finishedAt, cost: run.spending && knownCost(run.spending) }),
    }));
    const sorted = (await Promise.all(found)).sort((a, b) => b.startedAt - a.startedAt);
    return { dataFolder, runs: listed(sorted), notices };
  }
}

const keptWords =
  "Not done yet: no worker has taken the request. The server keeps it for the next worker. Start one with `ostinato up`.";

function said(delivery: Delivery, text: string): string {
  return delivery === "kept" ? keptWords : text;
}

const cancelWords = {
  kept: keptWords,
  cancelled: "Cancelled. Calls in flight finish. Cancel again to abort them.",
  aborted: "The calls in flight are aborted.",
  ended: "Ended. Its folder was moved or deleted, so no files were written.",
  unprepared: "Ended. Its preparation had failed, and nothing more is sent.",
};

type Unmarked = Omit<ListedRun, "latest">;

function ofSummary(summary: ExperimentSummary): Unmarked {
  const { name, state, stamp, records, completed, failed, spending, startedAt, finishedAt } =
    summary;
  const cost = spending && knownCost(spending);
  return {
    name,
    state,
    startedAt,
    ...defined({ stamp, records, completed, failed, cost, finishedAt }),
  };
}

function listed(newestFirst: readonly Unmarked[]): readonly ListedRun[] {
  const seen = new Set<string>();
  return newestFirst.map((run) => {
    const latest = !seen.has(run.name);
    seen.add(run.name);
    return { ...run, latest };
  });
}
