import type { GroupPlan, Manifest } from "../../domain/experiment/experiment.js";
import { FilePool } from "../../storage/files/file-pool.js";
import { openGroupIndex } from "../../storage/index/group-index.js";
import type { OutcomeReader } from "../../storage/log/outcome-reader.js";

const entriesABlock = 4_096;

interface Cursor {
  /** The refused targets for which it holds. */
  readonly refused: string;
  /** All records before have an outcome, or wait for a person. */
  readonly position: number;
}

/**
 * Tells if a run has sent all records but those of models that wait for a person. Each look
 * continues where the last one ended, because a record keeps its outcome.
 */
export class WaitingRecords {
  readonly #directory: string;
  readonly #manifest: Manifest;
  readonly #cursors = new Map<string, Cursor>();

  constructor(directory: string, manifest: Manifest) {
    this.#directory = directory;
    this.#manifest = manifest;
  }

  /**
   * False for rows, which ask several models each.
   *
   * @param refused `<api>/<model>` that wait for a person
   */
  async areAll(
    refused: readonly string[],
    readerOf: (slug: string) => OutcomeReader | undefined,
  ): Promise<boolean> {
    if (refused.length === 0) return false;
    for (const group of this.#manifest.groups) {
      const reader = readerOf(group.slug);
      if (!reader || group.targets) return false;
      if (!(await this.#isWaiting(group, reader, refused))) return false;
    }
    return true;
  }

  async #isWaiting(
    { slug, records }: GroupPlan,
    { table }: OutcomeReader,
    refused: readonly string[],
  ): Promise<boolean> {
    const names = [...refused].sort().join("\n");
    const before = this.#cursors.get(slug);
    let position = before?.refused === names ? before.position : 0;
    const files = new FilePool(1);
    try {
      const index = await openGroupIndex(this.#directory, slug, files);
      while (position < records) {
        const entries = await index.read(position, entriesABlock);
        if (entries.length === 0) break;
        const open = entries.find(
          (entry) =>
            table.statusOf(entry.position) === undefined &&
            !refused.includes(this.#manifest.targets[entry.target] ?? ""),
        );
        position = open?.position ?? position + entries.length;
        if (open) break;
      }
      this.#cursors.set(slug, { refused: names, position });
      return position >= records;
    } finally {
      await files.dropAll();
    }
  }
}
