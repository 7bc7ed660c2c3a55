import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";

/** Mode for opening a file: reading, or writing in place. */
export type FileAccess = "r" | "r+";

interface PooledFile {
  readonly path: string;
  readonly opening: Promise<FileHandle>;
  users: number;
  isDropped: boolean;
}

/**
 * Opens files on demand and keeps the most recently used files open, so that a process with
 * thousands of files needs few descriptors. It exceeds the limit only while more files are in use
 * at the same time.
 */
export class FilePool {
  readonly #mostOpen: number;
  /** Open files. The least recently used file comes first. */
  readonly #files = new Map<string, PooledFile>();

  constructor(mostOpen: number) {
    this.#mostOpen = mostOpen;
  }

  /**
   * Opens a file and passes it to `work`. Rejects if the file cannot be opened, and with the error
   * of `work`.
   */
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
      else if (this.#files.size > this.#mostOpen) await this.#closeLongUnused();
    }
  }

  /** Closes a file once it is not in use. The next use opens the file again. */
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
