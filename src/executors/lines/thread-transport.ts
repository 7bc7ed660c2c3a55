import { Worker } from "node:worker_threads";
import { errorText } from "../../domain/failure/error-text.js";
import { callState } from "../calls/call-state.js";
import { isOutOfMemory } from "../calls/call-thread.js";
import type { FromExecutor, ToExecutor } from "./protocol.js";
import type { LineThreadData } from "./serve-lines.js";
import type { OpenTransport, Transport, TransportEvents, TransportLoss } from "./transport.js";

export interface LineThread<Settings> {
  readonly label: string;
  /** Path of the compiled module that calls `serveLines`. */
  readonly program: string;
  readonly settings: Settings;
  readonly mostHeapMb: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Opens executors that are threads of this process. */
export function threadTransport<Settings>(thread: LineThread<Settings>): OpenTransport {
  return { label: thread.label, open: (events) => openThread(thread, events) };
}

function openThread<Settings>(
  { program, settings, mostHeapMb, environment }: LineThread<Settings>,
  { onMessage, onOutput, onLost }: TransportEvents,
): Transport {
  const state = callState();
  const workerData: LineThreadData<Settings> = { settings, buffer: state.buffer };
  const worker = new Worker(program, {
    workerData,
    env: { ...environment },
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    stdout: true,
    stderr: true,
  });
  let isOver = false;
  const lose = (loss: TransportLoss): void => {
    if (isOver) return;
    isOver = true;
    onLost(loss);
  };
  for (const stream of [worker.stdout, worker.stderr])
    stream.setEncoding("utf8").on("data", onOutput);
  worker
    .on("message", (messages: readonly FromExecutor[]) => {
      for (const message of messages) onMessage(message);
    })
    .on("error", (error: unknown) => {
      const isMemory = isOutOfMemory(error);
      const used = `used more memory than its limit of ${mostHeapMb} MB`;
      lose({ message: isMemory ? used : `broke: ${errorText(error)}`, isMemory });
    })
    .on("exit", () => lose({ message: "ended" }));
  return {
    send: (messages: readonly ToExecutor[]) => worker.postMessage(messages),
    current: () => {
      const current = state.current();
      return current < 0 ? undefined : current;
    },
    end: async () => {
      isOver = true;
      await worker.terminate();
    },
  };
}
