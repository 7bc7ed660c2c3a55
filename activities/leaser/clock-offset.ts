/**
 * Estimates the offset between a limit's clock and this machine's clock, from the answers to
 * leases.
 *
 * The shortest of the last ten round trips is the most exact. If it is consistent with equal
 * clocks, the offset is 0. Otherwise half of its time would be a wrong offset, because the first
 * lease of a process may take long in one direction only. A single long round trip is not trusted,
 * because after a crash the server may first try the dead process for five seconds. A changed clock
 * or a machine that slept invalidates all samples.
 */
const samplesKept = 10;
/** Maximum length of a short round trip, in ms. The error of the offset is at most half of it. */
const shortMs = 200;
const jumpMs = 500;

export interface Clock {
  /** Returns the time on this machine's clock, in ms since the epoch. */
  now: () => number;
  /** Returns milliseconds of a monotonic clock. */
  monotonic: () => number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

interface Sample {
  readonly roundTripMs: number;
  /** Offset in ms if both directions took the same time. */
  readonly middleMs: number;
  readonly offsetMs: number;
}

export class ClockOffset {
  readonly #clock: Clock;
  #samples: Sample[] = [];
  #drift: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the number of known answers, up to ten. */
  get answers(): number {
    return this.#samples.length;
  }

  isKnown(): boolean {
    return this.answers > 1 || this.#samples.some(({ roundTripMs }) => roundTripMs <= shortMs);
  }

  /** @param sentAtMs start of the round trip, on this machine's clock (receivedAtMs: its end) */
  note(limitNowMs: number, sentAtMs: number, receivedAtMs: number): void {
    const drift = this.#clock.now() - this.#clock.monotonic();
    if (this.#drift !== undefined && Math.abs(drift - this.#drift) > jumpMs) this.#samples = [];
    this.#drift = drift;
    const roundTripMs = receivedAtMs - sentAtMs;
    const middleMs = limitNowMs - (sentAtMs + receivedAtMs) / 2;
    const best = this.#best();
    if (best) {
      // With one clock, each answer's error is at most half its round trip.
      const mostMs = (roundTripMs + best.roundTripMs) / 2 + jumpMs;
      if (Math.abs(middleMs - best.middleMs) > mostMs) this.#samples = [];
    }
    const offsetMs = Math.abs(middleMs) <= roundTripMs / 2 ? 0 : middleMs;
    this.#samples = [...this.#samples, { roundTripMs, middleMs, offsetMs }].slice(-samplesKept);
  }

  /** Converts a limit's time to this machine's clock. */
  toLocal(limitMs: number): number {
    return limitMs - (this.#best()?.offsetMs ?? 0);
  }

  #best(): Sample | undefined {
    return this.#samples.reduce<Sample | undefined>(
      (shortest, one) => (shortest && shortest.roundTripMs <= one.roundTripMs ? shortest : one),
      undefined,
    );
  }
}
