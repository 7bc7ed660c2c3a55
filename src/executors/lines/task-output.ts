import { AsyncLocalStorage } from "node:async_hooks";

type Log = (text: string) => void;

/** Takes what the code of tasks prints in this thread, also behind its own awaits. */
export class TaskOutput {
  readonly #logs = new AsyncLocalStorage<Log>();

  constructor() {
    for (const stream of [process.stdout, process.stderr]) this.#take(stream);
  }

  /** @param log of the task, which gets what the work prints */
  run<Result>(log: Log, work: () => Result): Result {
    return this.#logs.run(log, work);
  }

  /** Text that no task prints goes where it went before. */
  #take(stream: NodeJS.WriteStream): void {
    const write = stream.write.bind(stream);
    const take = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
      const log = this.#logs.getStore();
      // The forms of the arguments are those of `write`, whatever the caller chose.
      if (!log) return write(chunk, ...(rest as []));
      log(textOf(chunk).replace(/\n$/, ""));
      // It is a callback, an encoding, or missing.
      const onWritten = rest.at(-1) as ((error: null) => void) | string | undefined;
      if (typeof onWritten === "function") queueMicrotask(() => onWritten(null));
      return true;
    };
    stream.write = take;
  }
}

function textOf(chunk: string | Uint8Array): string {
  return typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
}
