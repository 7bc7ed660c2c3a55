import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";

/** How a file is opened: to be read, or to be written where it is. */
export type FileAccess = "r" | "r+";

interface PooledFile {
  readonly path: string;
  readonly opening: Promise<FileHandle>;
  users: number;
  isDropped: boolean;
}

/**
 * Opens files when they are needed and keeps the last used ones open, so that a process that works with thousands of
 * files needs few descriptors. More than the limit are open only while as many are in use at the same moment.
 */
export class FilePool {
  readonly #mostOpen: number;
  /** The file that was not used for the longest time comes first. */
  readonly #files = new Map<string, PooledFile>();

  constructor(mostOpen: number) {
    this.#mostOpen = mostOpen;
  }

  /** Rejects where the file can't be opened, and with what `work` rejects with. */
  async use<Result>(
    path: string,
    access: FileAccess,
    work: (file: FileHandle) => Promise<Result>,
  ): Promise<Result> {
    const file = this.#fileAt(path, access);
    file.users += 1;
    try {
      return await work(await file.opening);
    } finally {
      file.users -= 1;
      if (file.isDropped) await closeUnused(file);
      else await this.#closeLongUnused();
    }
  }

  /** Closes a file once nobody uses it; its next use opens it anew. */
  async drop(path: string): Promise<void> {
    const dropped = [...this.#files].filter(([, file]) => file.path === path);
    await Promise.all(dropped.map(async ([key, file]) => this.#drop(key, file)));
  }

  async dropAll(): Promise<void> {
    const all = [...this.#files];
    await Promise.all(all.map(async ([key, file]) => this.#drop(key, file)));
  }

  #fileAt(path: string, access: FileAccess): PooledFile {
    const key = `${access} ${path}`;
    const known = this.#files.get(key);
    const file = known ?? { path, opening: open(path, access), users: 0, isDropped: false };
    this.#files.delete(key);
    this.#files.set(key, file);
    if (known) return known;
    file.opening.catch(() => {
      if (this.#files.get(key) === file) this.#files.delete(key);
    });
    return file;
  }

  async #closeLongUnused(): Promise<void> {
    for (const [key, file] of this.#files) {
      if (this.#files.size <= this.#mostOpen) return;
      if (file.users === 0) await this.#drop(key, file);
    }
  }

  async #drop(key: string, file: PooledFile): Promise<void> {
    if (this.#files.get(key) === file) this.#files.delete(key);
    file.isDropped = true;
    await closeUnused(file);
  }
}

async function closeUnused(file: PooledFile): Promise<void> {
  if (file.users > 0) return;
  const opened = await file.opening.catch(() => undefined);
  await opened?.close();
}
