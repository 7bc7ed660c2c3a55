import { defined } from "../src/domain/defined.js";
import { join, relative } from "node:path";
import { errorCode } from "../src/domain/failure/error-code.js";
import { UserError } from "../src/domain/failure/user-error.js";
import type {
  EndedInput,
  InputLook,
  PlannedInput,
  RejectedInput,
  RunningInput,
  UnreadableInput,
  WaitingInputs,
  WatchSettings,
} from "../src/domain/experiment/watch.js";
import { openDataFolder } from "../src/storage/data-folder.js";
import type { InputFile, InputLooks, SeenInput } from "../src/storage/input/input-looks.js";
import { lookAtFile } from "../src/storage/input/input-looks.js";
import { rejectInput } from "../src/storage/input/reject-input.js";
import type { LookAtInputInput } from "./contract.js";

/** The server functions that a look needs, which `worker/` provides. */
export interface WatchedExperiments {
  /**
   * Checks a file. Returns `busy` if the experiment's name is running. Throws a `UserError` for an
   * invalid file.
   */
  readonly plan: (
    watch: WatchSettings,
    file: InputFile,
  ) => Promise<PlannedInput | { readonly busy: string }>;
  /** Returns how the experiment ended; `undefined` while it is running. */
  readonly findEnd: (running: RunningInput) => Promise<EndedInput | undefined>;
}

/** A process's memory between looks, by input folder. */
export interface LookMemory {
  readonly looks: InputLooks;
  /** The next file in the queue, by folder. It is read once, even if it waits for a long time. */
  readonly nexts: Map<string, PlannedInput>;
}

/** Maximum number of rejected files per look, which keeps the answer small enough for a history. */
const mostRejected = 100;
const mostNames = 20;
const longestReason = 500;

export async function lookAtInput(
  { looks, nexts }: LookMemory,
  experiments: WatchedExperiments,
  { watch, running, paused }: LookAtInputInput,
): Promise<InputLook> {
  const input = join(watch.dataFolder, "input");
  const look = new Look(watch, experiments, nexts.get(input));
  const still = await look.takeEnds(running);
  const seen = await looks.look(input);
  // A file that is being prepared stays in the folder until it is moved to its run.
  const files = seen.filter(
    (file) => !still.some((one) => one.inputName === file.inputName && isSame(one, file)),
  );
  await look.takeStarts(files, paused ? 0 : Math.max(0, watch.concurrent - still.length));
  if (look.next) nexts.set(input, look.next);
  else nexts.delete(input);
  return look.result(files);
}

class Look {
  readonly #watch: WatchSettings;
  readonly #experiments: WatchedExperiments;
  readonly #ended: EndedInput[] = [];
  readonly #rejected: RejectedInput[] = [];
  readonly #starts: PlannedInput[] = [];
  readonly #busy: string[] = [];
  readonly #unreadable: UnreadableInput[] = [];
  /** Files that were moved aside or are gone. */
  readonly #gone = new Set<string>();
  readonly #nextBefore: PlannedInput | undefined;
  next: PlannedInput | undefined;

  /** @param nextBefore the next file in the queue at the previous look */
  constructor(
    watch: WatchSettings,
    experiments: WatchedExperiments,
    nextBefore: PlannedInput | undefined,
  ) {
    this.#watch = watch;
    this.#experiments = experiments;
    this.#nextBefore = nextBefore;
  }

  /** Returns the inputs that are still running. */
  async takeEnds(running: readonly RunningInput[]): Promise<RunningInput[]> {
    const still: RunningInput[] = [];
    for (const one of running) {
      const ended = await this.#experiments.findEnd(one);
      if (!ended) {
        still.push(one);
        continue;
      }
      this.#ended.push(ended);
      if (ended.status === "failed") await this.#rejectUnmoved(one, ended);
    }
    return still;
  }

  /**
   * Rejects a file that its experiment has refused or never used. Otherwise it would be started
   * again forever.
   */
  async #rejectUnmoved(one: RunningInput, { error }: EndedInput): Promise<void> {
    const { inputName } = one;
    const path = join(this.#watch.dataFolder, "input", inputName);
    const file = await lookAtFile({ inputName, path });
    if (!file || !isSame(one, file)) return;
    const reason = error ?? "The experiment failed before it had taken the file.";
    this.#rejected.push(await rejectInput(file, reason, new Date()));
  }

  async takeStarts(files: readonly SeenInput[], room: number): Promise<void> {
    // If the folder is unusable, the files are not at fault.
    if (files.length > 0) await openDataFolder(this.#watch.dataFolder);
    for (const file of files) {
      if (!file.complete) continue;
      if (this.#rejected.length >= mostRejected || this.next) return;
      await this.#take(file, this.#starts.length < room);
    }
  }

  /**
   * Takes a file. @param starts true if there is room for it. The first file without room is the
   * next in the queue and is only checked.
   */
  async #take(file: SeenInput, starts: boolean): Promise<void> {
    const before = this.#nextBefore;
    if (!starts && before?.inputName === file.inputName && isSame(before, file)) {
      this.next = before;
      return;
    }
    const planned = await this.#plan(file);
    if (planned instanceof Error) {
      await this.#noteError(file, planned);
    } else if (planned === undefined) {
      // The file was written, replaced or removed in the meantime. The next look decides.
    } else if ("busy" in planned || this.#starts.some(({ name }) => name === planned.name)) {
      this.#busy.push(file.inputName);
    } else if (starts) {
      this.#starts.push(planned);
      this.#gone.add(file.inputName);
    } else {
      this.next = planned;
    }
  }

  /** Rejects a file for an error that it caused. Throws all other errors. */
  async #noteError(file: SeenInput, error: Error): Promise<void> {
    const { inputName } = file;
    if (isUnreadable(error)) {
      this.#unreadable.push({ inputName, reason: error.message.slice(0, longestReason) });
    } else if (error instanceof UserError) {
      this.#rejected.push(await rejectInput(file, error.message, new Date()));
      this.#gone.add(inputName);
    } else {
      throw error;
    }
  }

  async #plan(
    file: SeenInput,
  ): Promise<PlannedInput | { readonly busy: string } | Error | undefined> {
    const { plan } = this.#experiments;
    const planned = await plan(this.#watch, file).catch((error: unknown) => {
      if (error instanceof Error) return error;
      throw error;
    });
    const now = await lookAtFile(file);
    if (!now || !isSame(file, now)) return undefined;
    if (planned instanceof UserError && this.#isOfThisMachine(planned, file)) throw planned;
    return planned;
  }

  /**
   * True if the unreadable file is one that the watch's own settings name, outside the data folder.
   * The watch read it at its start, so this machine lacks it and no input is at fault.
   */
  #isOfThisMachine(error: UserError, { settingsPath }: SeenInput): boolean {
    if (settingsPath !== undefined) return false;
    const path = unreadablePath(error);
    return path !== undefined && relative(this.#watch.dataFolder, path).startsWith("..");
  }

  result(files: readonly SeenInput[]): InputLook {
    return {
      ended: this.#ended,
      rejected: this.#rejected,
      starts: this.#starts,
      waiting: this.#waiting(files.filter(({ inputName }) => !this.#gone.has(inputName))),
      more: this.#rejected.length >= mostRejected,
    };
  }

  #waiting(files: readonly SeenInput[]): WaitingInputs {
    const next = this.next && {
      inputName: this.next.inputName,
      name: this.next.name,
      records: this.next.records,
      plannedMs: this.next.plannedMs,
    };
    return {
      count: files.length,
      names: files.slice(0, mostNames).map(({ inputName }) => inputName),
      incomplete: files.filter(({ complete }) => !complete).length,
      busy: this.#busy.slice(0, mostNames),
      ...(this.#unreadable.length > 0 && { unreadable: this.#unreadable.slice(0, mostNames) }),
      ...defined({ next }),
    };
  }
}

/** Returns the path in the system's error below an error. */
function unreadablePath(error: Error): string | undefined {
  const ofSystem = systemError(error);
  return ofSystem && "path" in ofSystem && typeof ofSystem.path === "string"
    ? ofSystem.path
    : undefined;
}

/**
 * Error codes of an existing file that is unreadable due to the disk, the mount or its permissions.
 */
const unreadableCodes = ["EACCES", "EPERM", "EIO", "ESTALE", "EBUSY", "ETIMEDOUT"];

function isUnreadable(error: Error): boolean {
  return unreadableCodes.includes(errorCode(systemError(error)) ?? "");
}

/** Returns the system's error: the error itself or its nearest cause. */
function systemError(error: Error): Error | undefined {
  if (errorCode(error) !== undefined) return error;
  return error.cause instanceof Error ? systemError(error.cause) : undefined;
}

function isSame(
  one: Pick<InputFile, "fingerprint">,
  other: Pick<InputFile, "fingerprint">,
): boolean {
  return one.fingerprint === other.fingerprint;
}
