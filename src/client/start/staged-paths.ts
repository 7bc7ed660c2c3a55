import { discardStaged } from "../../storage/data-folder.js";

/** Files and folders that a start has staged, and that no run owns yet. */
export class StagedPaths {
  #paths: readonly string[] = [];

  add(path: string): void {
    this.#paths = [...this.#paths, path];
  }

  /** Hands the paths over to a run, which moves them to its own folder. */
  handOver(): void {
    this.#paths = [];
  }

  async discard(): Promise<void> {
    await Promise.all(this.#paths.map(discardStaged));
  }
}

/** Runs a start, and removes its staged paths at once if it fails. */
export async function withStagedPaths<Result>(
  start: (staged: StagedPaths) => Promise<Result>,
): Promise<Result> {
  const staged = new StagedPaths();
  try {
    return await start(staged);
  } catch (error) {
    await staged.discard();
    throw error;
  }
}
