/**
 * How far a limit's clock is from this machine's, from the answers to leases: of the last ten round trips the shortest
 * one tells best. Where it allows that the clocks agree they are taken to agree: the first lease of a process may take
 * long in one direction alone, and half of that would be a wrong offset for all that it sends until a better one. One that
 * took long is not believed alone: after a crash the server may try the dead process first, for five seconds. A clock that
 * was set, this machine's or the limit's, or a machine that slept, makes all of them worthless.
 */
const samplesKept = 10;
/** The offset is wrong by half of it at most. */
const shortMs = 200;
const jumpMs = 500;

export interface Clock {
  /** Epoch milliseconds of this machine. */
  now: () => number;
  /** Milliseconds of a clock that nobody sets. */
  monotonic: () => number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

interface Sample {
  readonly roundTripMs: number;
  /** The offset if both directions took equally long. */
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

  /** How many answers it knows of, up to ten. */
  get answers(): number {
    return this.#samples.length;
  }

  isKnown(): boolean {
    return this.answers > 1 || this.#samples.some(({ roundTripMs }) => roundTripMs <= shortMs);
  }

  /** @param sentAtMs, receivedAtMs this machine's time around the round trip */
  note(limitNowMs: number, sentAtMs: number, receivedAtMs: number): void {
    const drift = this.#clock.now() - this.#clock.monotonic();
    if (this.#drift !== undefined && Math.abs(drift - this.#drift) > jumpMs) this.#samples = [];
    this.#drift = drift;
    const roundTripMs = receivedAtMs - sentAtMs;
    const middleMs = limitNowMs - (sentAtMs + receivedAtMs) / 2;
    const best = this.#best();
    if (best) {
      // Each of two answers of one clock is wrong by half its round trip at most.
      const mostMs = (roundTripMs + best.roundTripMs) / 2 + jumpMs;
      if (Math.abs(middleMs - best.middleMs) > mostMs) this.#samples = [];
    }
    const offsetMs = Math.abs(middleMs) <= roundTripMs / 2 ? 0 : middleMs;
    this.#samples = [...this.#samples, { roundTripMs, middleMs, offsetMs }].slice(-samplesKept);
  }

  /** A limit's instant in this machine's time. */
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
