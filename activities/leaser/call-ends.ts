/** How calls ended since a limit was last told, by `<api>/<model>`. */
import type { CallReport } from "../../src/domain/limit/call-reports.js";

/** One call, as its limit needs to know it. */
export interface CallEnd {
  /** `<api>/<model>` */
  readonly target: string;
  /** Host of the API, if the adapter names it. */
  readonly host: string | undefined;
  readonly sentAtMs: number;
  readonly end:
    | { readonly kind: "answered" }
    | { readonly kind: "refused"; readonly holdForMs: number | undefined }
    | { readonly kind: "away"; readonly reason: string };
}

interface Ends {
  answered: number;
  refused: number;
  refusedSentAtMs?: number;
  holdUntilMs?: number;
  away?: { readonly sentAtMs: number; readonly reason: string };
}

export class CallEnds {
  readonly #wholeTarget: string | undefined;
  readonly #ends = new Map<string, Ends>();
  /** As failures told them: an answer names no host. */
  readonly #hosts = new Map<string, string>();

  /** @param wholeTarget the one that all calls of the limit go to */
  constructor(wholeTarget: string | undefined) {
    this.#wholeTarget = wholeTarget;
  }

  note({ target, host, sentAtMs, end }: CallEnd, nowMs: number): void {
    if (host !== undefined) this.#hosts.set(target, host);
    const ends = this.#ends.get(target) ?? { answered: 0, refused: 0 };
    this.#ends.set(target, ends);
    if (end.kind === "answered") ends.answered += 1;
    if (end.kind === "away") ends.away = { sentAtMs, reason: end.reason };
    if (end.kind !== "refused") return;
    ends.refused += 1;
    ends.refusedSentAtMs = Math.max(sentAtMs, ends.refusedSentAtMs ?? 0);
    ends.holdUntilMs = Math.max(nowMs + (end.holdForMs ?? 0), ends.holdUntilMs ?? 0);
  }

  hostOf(target: string): string {
    return this.#hosts.get(target) ?? target.split("/")[0] ?? target;
  }

  hasNews(): boolean {
    return this.#ends.size > 0;
  }

  /** All since the last time; what can't be told is to be given back. */
  take(): ReadonlyMap<string, Ends> {
    const taken = new Map(this.#ends);
    this.#ends.clear();
    return taken;
  }

  giveBack(taken: ReadonlyMap<string, Ends>): void {
    for (const [target, before] of taken) {
      const now = this.#ends.get(target) ?? { answered: 0, refused: 0 };
      const { answered, refused } = before;
      const joined = { answered: answered + now.answered, refused: refused + now.refused };
      this.#ends.set(target, { ...before, ...now, ...joined });
    }
  }

  reportsOf(taken: ReadonlyMap<string, Ends>, nowMs: number): CallReport[] {
    return [...taken].map(([target, { answered, refused, ...ends }]) => {
      const { refusedSentAtMs, holdUntilMs = nowMs, away } = ends;
      return {
        ...{ target, host: this.hostOf(target), whole: target === this.#wholeTarget },
        ...{ answered, refused },
        ...(refusedSentAtMs !== undefined && {
          refusedSentMsAgo: Math.max(0, nowMs - refusedSentAtMs),
        }),
        ...(holdUntilMs > nowMs && { holdForMs: holdUntilMs - nowMs }),
        ...(away && {
          away: { sentMsAgo: Math.max(0, nowMs - away.sentAtMs), reason: away.reason },
        }),
      };
    });
  }
}
