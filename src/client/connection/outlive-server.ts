import { setTimeout as sleep } from "node:timers/promises";
import { errorText } from "../../domain/failure/error-text.js";
import { findLocalServer } from "../../local-server/server/server.js";
import { restartServer } from "./connect.js";
import { isServerGone } from "./is-server-gone.js";
import type { Ostinato } from "./ostinato.js";

/** A local server that misses it is looked for by its port, so that a short one does no harm. */
const localDeadlineMs = 1_500;
const deadlineMs = 3_000;
const againMs = 1_000;
/** A busy server may miss a deadline; one that misses so many is worth a word. */
const missesBeforeNotice = 3;

/** Makes calls that go on when the server is back. */
export interface OutlivingCalls {
  /** Repeats a call until the server answers it; rejects with whatever else it rejects with, and once it is stopped. */
  readonly call: <T>(work: () => Promise<T>) => Promise<T>;
  /** What is wrong with the server now, in a sentence. */
  readonly problem: () => string | undefined;
}

export interface OutliveOptions {
  readonly signal: AbortSignal;
  readonly onNotice?: (text: string) => void;
}

/** A local server that is gone is started again; others are waited for. */
export function outliveServer(ostinato: Ostinato, options: OutliveOptions): OutlivingCalls {
  const { address, client } = ostinato;
  const { signal, onNotice } = options;
  const away = `The Temporal server at ${address} doesn't answer.`;
  const patienceMs = ostinato.local ? localDeadlineMs : deadlineMs;
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
    if (ostinato.local && !(await findLocalServer(ostinato.env))) {
      tell(`${away} It is started again.`);
      await restartServer(ostinato, onNotice).catch((error: unknown) => {
        onNotice?.(errorText(error));
      });
    } else if (misses >= missesBeforeNotice) {
      tell(`${away} Waiting for it; what is in flight goes on meanwhile.`);
    }
    await sleep(againMs, undefined, { signal }).catch(() => undefined);
  };
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
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
  return { call, problem: () => (told ? away : undefined) };
}
