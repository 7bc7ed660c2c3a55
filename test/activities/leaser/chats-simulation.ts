/**
 * Chats that share a limit, with the process's own leaser and the limit's arithmetic, in simulated
 * time.
 */
import { vi } from "vitest";
import type { Clock } from "../../../activities/leaser/clock-offset.js";
import { Leaser } from "../../../activities/leaser/leaser.js";
import {
  allowedLatenessMs,
  recordsPerWave,
  wakeInMs,
} from "../../../src/domain/experiment/waves.js";
import { lease } from "../../../src/domain/limit/lease.js";
import { instantsOf } from "../../../src/domain/limit/slots.js";
import type { SlotRun } from "../../../src/domain/limit/slots.js";
import { emptyLimit } from "../../../src/domain/limit/state.js";
import type { LimitState } from "../../../src/domain/limit/state.js";

export interface SimulatedChats {
  readonly chats: number;
  readonly turns: number;
  readonly requestsPerMinute: number;
  /** The nth call takes so long. */
  readonly latencyMs: (call: number) => number;
  /** From an activity's start by the page to its first line. @default 60 */
  readonly activityMs?: number;
  /** Round trip of a lease, in ms. @default 30 */
  readonly leaseMs?: number;
}

export interface ChatsSimulation {
  /** When calls were sent, in order, in ms from the start. */
  readonly sentAtMs: readonly number[];
  /** When each chat ended, in order, in ms from the start. */
  readonly endedAtMs: readonly number[];
  readonly mostOpen: number;
  /** Slots that came too late to be used. */
  readonly late: number;
  readonly waves: number;
  readonly leases: number;
}

const group = "chats";

export async function simulateChats(options: SimulatedChats): Promise<ChatsSimulation> {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  try {
    const run = new ChatsRun(options);
    const ended = run.run();
    while (!run.isOver()) await vi.advanceTimersByTimeAsync(1_000);
    return await ended;
  } finally {
    vi.useRealTimers();
  }
}

class ChatsRun {
  readonly #options: SimulatedChats;
  readonly #startMs = Date.now();
  readonly #leaser: Leaser;
  readonly #sentAtMs: number[] = [];
  readonly #endedAtMs: number[] = [];
  #state: LimitState = emptyLimit;
  #open = 0;
  #mostOpen = 0;
  #late = 0;
  #waves = 0;
  #leases = 0;

  constructor(options: SimulatedChats) {
    this.#options = options;
    const { leaseMs = 30 } = options;
    const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
    this.#leaser = new Leaser({
      process: "here",
      clock,
      onTrouble: (message, error) => {
        throw new Error(message, { cause: error });
      },
      lease: async (request) => {
        await sleep(leaseMs / 2);
        const [next, answer] = lease(this.#state, request, Date.now());
        this.#state = next;
        this.#leases += 1;
        await sleep(leaseMs / 2);
        return answer;
      },
    });
  }

  isOver(): boolean {
    return this.#endedAtMs.length === this.#options.chats;
  }

  async run(): Promise<ChatsSimulation> {
    const { chats, requestsPerMinute, activityMs = 60 } = this.#options;
    const open: Promise<void>[] = [];
    // A page: it sleeps until its slots are nearly used up, and takes the next ones.
    while (open.length < chats) {
      await sleep(activityMs);
      const wanted = Math.min(chats - open.length, recordsPerWave(requestsPerMinute));
      const more = open.length + wanted < chats;
      const slots = await this.#take({ wanted, more, urgent: false, done: 0 });
      this.#waves += 1;
      for (const atMs of instantsOf(slots)) open.push(this.#chat(atMs));
      const wakeIn = wakeInMs(slots, Date.now());
      if (wakeIn > 0) await sleep(wakeIn);
    }
    await Promise.all(open);
    return {
      sentAtMs: this.#sentAtMs.sort((a, b) => a - b),
      endedAtMs: this.#endedAtMs,
      mostOpen: this.#mostOpen,
      late: this.#late,
      waves: this.#waves,
      leases: this.#leases,
    };
  }

  async #chat(firstAtMs: number): Promise<void> {
    const { turns, activityMs = 60, latencyMs } = this.#options;
    this.#open += 1;
    this.#mostOpen = Math.max(this.#mostOpen, this.#open);
    await sleep(activityMs);
    let given: number | undefined = firstAtMs;
    for (let done = 0; done < turns; done += 1) {
      await this.#untilSlot(given, done);
      given = undefined;
      this.#leaser.claim(group);
      this.#sentAtMs.push(Date.now() - this.#startMs);
      await sleep(latencyMs(this.#sentAtMs.length - 1));
      this.#leaser.end(group);
    }
    this.#open -= 1;
    this.#endedAtMs.push(Date.now() - this.#startMs);
  }

  /** As a record waits for its slot: one that is past is leased anew. */
  async #untilSlot(given: number | undefined, done: number): Promise<void> {
    const { turns, requestsPerMinute } = this.#options;
    let slot = given;
    for (;;) {
      slot ??= [
        ...instantsOf(await this.#take({ wanted: 1, urgent: true, done, ahead: turns - done - 1 })),
      ][0]!;
      await sleep(slot - Date.now());
      if (Date.now() - slot <= allowedLatenessMs(requestsPerMinute)) return;
      this.#late += 1;
      this.#leaser.lapse(group);
      slot = undefined;
    }
  }

  async #take(wish: {
    readonly wanted: number;
    readonly urgent: boolean;
    readonly done: number;
    readonly ahead?: number;
    readonly more?: boolean;
  }): Promise<readonly SlotRun[]> {
    const { requestsPerMinute } = this.#options;
    const whole = { group, requestsPerMinute, priority: 3, ...wish };
    return this.#leaser.take(whole, new AbortController().signal);
  }
}

async function sleep(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
}

/** The share of the limit that the calls use, without the first and the last tenth. */
export function middleUse(sentAtMs: readonly number[], requestsPerMinute: number): number {
  const count = sentAtMs.length;
  const middle = sentAtMs.slice(Math.floor(count * 0.1), Math.floor(count * 0.9));
  const spanMs = (middle.at(-1) ?? 0) - (middle[0] ?? 0);
  return ((middle.length - 1) / spanMs) * (60_000 / requestsPerMinute);
}

export function mostInAMinute(sentAtMs: readonly number[]): number {
  let first = 0;
  let most = 0;
  sentAtMs.forEach((atMs, index) => {
    while ((sentAtMs[first] ?? 0) <= atMs - 60_000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
