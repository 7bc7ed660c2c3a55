import { open, readdir, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../../domain/failure/error-code.js";
import { sumOfDollars } from "../../domain/money/money.js";
import { writerName } from "../log/log-files.js";

const prefix = "reserved.";
/**
 * Size of a file in bytes. It is constant, so that a new amount overwrites the old one in a single
 * write.
 */
const length = 32;
/** Age of a file in ms after which its process counts as dead. */
const deadAfterMs = 15_000;

/** Maximum time in ms between two writes of a process with reserved money. */
export const beatMs = 3_000;

/**
 * The money that the processes of a run have reserved for their calls in flight. Each has a file
 * `reserved.<process>` with its amount. A process writes its own file first and then reads the
 * other files. Two processes that do so at the same time cannot overlook each other.
 */
export class ReservedMoney {
  readonly #directory: string;
  readonly #own = `${prefix}${writerName().replaceAll(".", "_")}`;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Saves the money that this process has reserved, in dollars. */
  async write(dollars: number): Promise<void> {
    const path = join(this.#directory, this.#own);
    const file = await openToWrite(path);
    try {
      await file.write(dollars.toFixed(12).padEnd(length), 0);
    } finally {
      await file.close();
    }
  }

  /** Returns the dollars that the other living processes have reserved. Call `write` first. */
  async others(): Promise<number> {
    const names = await readdir(this.#directory);
    const others = names.filter((name) => name.startsWith(prefix) && name !== this.#own);
    if (others.length === 0) return 0;
    // Both times come from the clock of the file system, so the clocks of the machines do not
    // matter.
    const { mtimeMs } = await stat(join(this.#directory, this.#own));
    const amounts = others.map(async (name) => this.#amountOf(name, mtimeMs - deadAfterMs));
    return sumOfDollars(await Promise.all(amounts));
  }

  async close(): Promise<void> {
    await rm(join(this.#directory, this.#own), { force: true });
  }

  async #amountOf(name: string, aliveSinceMs: number): Promise<number> {
    try {
      const file = await open(join(this.#directory, name), "r");
      try {
        const { mtimeMs } = await file.stat();
        if (mtimeMs < aliveSinceMs) return 0;
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
        return Number(buffer.toString("utf8", 0, bytesRead)) || 0;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (errorCode(error) === "ENOENT") return 0;
      throw error;
    }
  }
}

async function openToWrite(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    return open(path, "w");
  }
}
