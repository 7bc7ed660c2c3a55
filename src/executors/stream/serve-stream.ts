/**
 * The program inside a thread of a stream. User code reads items from its parent and makes new
 * items from them.
 */
import { parentPort, workerData } from "node:worker_threads";
import { callError } from "../calls/serve-calls.js";
import { callState } from "../calls/call-state.js";
import { itemsPerMessage } from "./stream-messages.js";
import type { FromStream, StreamThreadData, ToStream } from "./stream-messages.js";

export type OpenStream<Settings, Input, Output> = (
  settings: Settings,
  inputs: readonly AsyncIterable<Input>[],
) => AsyncIterable<Output>;

const beatEveryMs = 100;
/** Maximum time in ms for which items wait, to be sent together. */
const tellAfterMs = 50;

/** Runs the program of a thread. Call it once. */
export async function serveStream<Settings, Input, Output>(
  open: OpenStream<Settings, Input, Output>,
): Promise<void> {
  // The data is ours: only `runStream` sets it.
  const { settings, buffer, inputs } = workerData as StreamThreadData<Settings>;
  setInterval(callState(buffer).beat, beatEveryMs).unref();
  const answers = new Answers<Input>();
  const tell = (message: FromStream<Output>): void => parentPort?.postMessage(message);
  try {
    const given = Array.from({ length: inputs }, (_, input) => itemsOf(input, answers, tell));
    await tellItems(open(settings, given), async (items) => {
      tell({ kind: "items", items });
      await answers.taken();
    });
    tell({ kind: "done" });
  } catch (error) {
    tell({ kind: "failed", error: callError(error) });
  }
}

type ItemsOf<Input> = Extract<ToStream<Input>, { readonly kind: "items" }>;

/**
 * Answers of the parent. Each belongs to the preceding question of its kind. One question per input
 * may be open for items.
 */
class Answers<Input> {
  readonly #onItems = new Map<number, (answer: ItemsOf<Input>) => void>();
  #onTaken: (() => void) | undefined;

  constructor() {
    parentPort?.on("message", (message: ToStream<Input>) => {
      if (message.kind === "items") this.#onItems.get(message.input)?.(message);
      else this.#onTaken?.();
    });
  }

  async items(input: number): Promise<ItemsOf<Input>> {
    return new Promise((resolve) => {
      this.#onItems.set(input, resolve);
    });
  }

  async taken(): Promise<void> {
    return new Promise((resolve) => {
      this.#onTaken = resolve;
    });
  }
}

async function* itemsOf<Input>(
  input: number,
  answers: Answers<Input>,
  tell: (message: { readonly kind: "want"; readonly input: number }) => void,
): AsyncGenerator<Input> {
  for (;;) {
    const answer = answers.items(input);
    tell({ kind: "want", input });
    const { items, isLast } = await answer;
    yield* items;
    if (isLast) return;
  }
}

async function tellItems<Output>(
  made: AsyncIterable<Output>,
  tell: (items: readonly Output[]) => Promise<void>,
): Promise<void> {
  let items: Output[] = [];
  let toldAtMs = performance.now();
  for await (const item of made) {
    items.push(item);
    const isOld = performance.now() - toldAtMs >= tellAfterMs;
    if (items.length < itemsPerMessage && !isOld) continue;
    await tell(items);
    items = [];
    toldAtMs = performance.now();
  }
  if (items.length > 0) await tell(items);
}
