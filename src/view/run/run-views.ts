import { join } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { listRuns } from "../../storage/data-folder.js";
import { latestRun } from "../../client/status/find-run.js";
import { RunView } from "./run-view.js";

/** A run of a data folder. */
export interface RunName {
  readonly name: string;
  /** Stamp of the run. @default the latest run */
  readonly stamp?: string;
}

const keptViews = 4;
const lookEveryMs = 2_000;

interface KeptView {
  view: Promise<RunView>;
  /** A new reading of the run. It replaces the current one as soon as it is complete. */
  next?: RunView;
}

/** The open runs. A run without a recent request is closed. */
export class RunViews {
  readonly #dataFolder: string;
  readonly #views = new Map<string, KeptView>();
  readonly #directories = new Map<string, { directory: string | undefined; atMs: number }>();

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  async get(run: RunName): Promise<RunView> {
    const directory = await this.directoryOf(run);
    if (directory === undefined) {
      throw new UserError(
        `There is no run of ${JSON.stringify(run.name)} in the data folder yet. \`ostinato list\` shows the runs.`,
      );
    }
    return await this.#kept(directory);
  }

  /** Returns the state folder; `undefined` if the run does not exist. */
  async directoryOf({ name, stamp = "" }: RunName): Promise<string | undefined> {
    const key = `${stamp} ${name}`;
    const known = this.#directories.get(key);
    if (known && Date.now() - known.atMs < lookEveryMs) return known.directory;
    const directory = await this.#look(name, stamp);
    this.#directories.set(key, { directory, atMs: Date.now() });
    return directory;
  }

  async close(): Promise<void> {
    for (const kept of this.#views.values()) await close(kept);
    this.#views.clear();
  }

  async #look(name: string, stamp: string): Promise<string | undefined> {
    if (stamp === "") return await latestRun(this.#dataFolder, name);
    const runs = await listRuns({ output: join(this.#dataFolder, "output") });
    return runs.find((run) => run.name === name && run.stamp === stamp)?.directory;
  }

  async #kept(directory: string): Promise<RunView> {
    const kept = this.#views.get(directory) ?? { view: RunView.open(directory) };
    this.#views.delete(directory);
    this.#views.set(directory, kept);
    const [oldest] = this.#views;
    if (this.#views.size > keptViews && oldest) {
      this.#views.delete(oldest[0]);
      await close(oldest[1]);
    }
    try {
      return await this.#renewed(kept);
    } catch (error) {
      this.#views.delete(directory);
      throw error;
    }
  }

  /** Starts to read a run again if its files were replaced. */
  async #renewed(kept: KeptView): Promise<RunView> {
    const view = await kept.view;
    if (kept.next?.isRead === true) {
      kept.view = Promise.resolve(kept.next);
      delete kept.next;
      await view.close();
      return await kept.view;
    }
    if (view.isStale && !kept.next) kept.next = await RunView.open(view.directory);
    return view;
  }
}

async function close({ view, next }: KeptView): Promise<void> {
  await next?.close();
  await (await view.catch(() => undefined))?.close();
}
