import { setTimeout as sleep } from "node:timers/promises";
import { errorText } from "../../domain/failure/error-text.js";
import { localPort } from "../../local-server/home/home.js";
import { isListening, untilClosed } from "../../local-server/server/ports.js";
import { restartServer } from "./connect.js";
import { isServerGone } from "./is-server-gone.js";
import type { Ostinato } from "./ostinato.js";

/**
 * Deadline of a call to a local server, in ms. Before each call the server is looked up by its
 * port, so a short deadline is harmless.
 */
const localDeadlineMs = 1_500;
const deadlineMs = 3_000;
const againMs = 1_000;
/** Missed deadlines before a notice. A busy server may miss one or two. */
const missesBeforeNotice = 3;

/** Makes calls that continue once the server is back. */
export interface OutlivingCalls {
  /** Repeats a call until the server answers. Rejects with any other error, and after `stop`. */
  readonly call: <T>(work: () => Promise<T>) => Promise<T>;
  /**
   * Waits until the next call, at most `ms`. Returns early if the local server is gone, so that the
   * call restarts it. Workers ask a lost server again after 0.2, 0.6, 1.4, 3 and 6 s, so each
   * second counts.
   */
  readonly pause: (ms: number) => Promise<void>;
  /** Returns the server's current problem, in a sentence. */
  readonly problem: () => string | undefined;
}

export interface OutliveOptions {
  readonly signal: AbortSignal;
  readonly onNotice?: (text: string) => void;
}

/**
 * Makes calls that survive an interruption of the server. Restarts a local server that is gone, and
 * waits for any other server.
 */
export function outliveServer(ostinato: Ostinato, options: OutliveOptions): OutlivingCalls {
  const { address, client } = ostinato;
  const { signal, onNotice } = options;
  const away = `The Temporal server at ${address} doesn't answer.`;
  const patienceMs = ostinato.local ? localDeadlineMs : deadlineMs;
  const port = localPort(ostinato.env);
  let misses = 0;
  let told = false;

  const tell = (text: string): void => {
    if (!told) onNotice?.(text);
    told = true;
  };
  const answered = (): void => {
    misses = 0;
    if (told) onNotice?.(`The Temporal server at ${address} answers again.`);
    told = false;
  };
  const missed = async (): Promise<void> => {
    misses += 1;
    if (misses >= missesBeforeNotice) tell(`${away} Waiting for it; calls in flight continue.`);
    await sleep(againMs, undefined, { signal }).catch(() => undefined);
  };
  const restart = async (): Promise<void> => {
    tell(`${away} It is started again.`);
    try {
      await restartServer(ostinato, onNotice);
    } catch (error) {
      onNotice?.(errorText(error));
      await missed();
    }
  };
  const isGone = async (): Promise<boolean> => ostinato.local && !(await isListening(port));
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      if (await isGone()) await restart();
      try {
        const value = await client.withDeadline(Date.now() + patienceMs, work);
        answered();
        return value;
      } catch (error) {
        if (signal.aborted || !isServerGone(error)) throw error;
        await missed();
      }
    }
  };
  const pause = async (ms: number): Promise<void> => {
    if (ostinato.local) await untilClosed(port, ms, signal);
    else await sleep(ms, undefined, { signal }).catch(() => undefined);
  };
  return { call, pause, problem: () => (told ? away : undefined) };
}
