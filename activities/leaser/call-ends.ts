/** Counts how calls have ended since the last report to the limit, by `<api>/<model>`. */
import type { CallReport } from "../../src/domain/limit/slowing/call-reports.js";

/** The facts about one call that its limit needs. */
export interface NotedCall {
  /** `<api>/<model>` */
  readonly target: string;
  /** Host of the target's calls, or the API's name while the host is unknown. */
  readonly host: string;
  readonly sentAtMs: number;
  readonly end:
    | { readonly kind: "answered" }
    | { readonly kind: "refused"; readonly holdForMs: number | undefined }
    | { readonly kind: "away"; readonly reason: string; readonly holdForMs: number | undefined };
}

interface Ends {
  readonly host: string;
  answered: number;
  refused: number;
  refusedSentAtMs?: number;
  holdUntilMs?: number;
  away?: Away;
}

interface Away {
  readonly sentAtMs: number;
  readonly reason: string;
  readonly holdUntilMs: number;
}

/** Maximum number of quiet answers. The limit considers only the latest 100 calls. */
const mostQuiet = 100;

export class CallEnds {
  readonly #onlyTarget: string | undefined;
  readonly #ends = new Map<string, Ends>();
  /** Number of answers by target that are reported only together with a 429. */
  readonly #quiet = new Map<string, number>();

  /** @param onlyTarget the target of all calls of the limit, if there is only one */
  constructor(onlyTarget: string | undefined) {
    this.#onlyTarget = onlyTarget;
  }

  /**
   * Counts an answer that needs no separate report. The limit counts it together with a later 429.
   */
  noteQuietly(target: string): void {
    this.#quiet.set(target, Math.min(mostQuiet, (this.#quiet.get(target) ?? 0) + 1));
  }

  note({ target, host, sentAtMs, end }: NotedCall, nowMs: number): void {
    const ends: Ends = { answered: 0, refused: 0, ...this.#ends.get(target), host };
    this.#ends.set(target, ends);
    if (end.kind === "answered") {
      ends.answered += 1;
      return;
    }
    const holdUntilMs = nowMs + (end.holdForMs ?? 0);
    if (end.kind === "away") {
      ends.away = { sentAtMs, reason: end.reason, holdUntilMs };
      return;
    }
    ends.refused += 1;
    ends.answered += this.#quiet.get(target) ?? 0;
    this.#quiet.delete(target);
    ends.refusedSentAtMs = Math.max(sentAtMs, ends.refusedSentAtMs ?? 0);
    ends.holdUntilMs = Math.max(holdUntilMs, ends.holdUntilMs ?? 0);
  }

  hasNews(): boolean {
    return this.#ends.size > 0;
  }

  /** Returns all results since the last call. Give back the results that could not be reported. */
  take(): ReadonlyMap<string, Ends> {
    const taken = new Map(this.#ends);
    this.#ends.clear();
    return taken;
  }

  giveBack(taken: ReadonlyMap<string, Ends>): void {
    for (const [target, before] of taken) {
      const now = this.#ends.get(target);
      const answered = before.answered + (now?.answered ?? 0);
      const refused = before.refused + (now?.refused ?? 0);
      this.#ends.set(target, { ...before, ...now, answered, refused });
    }
  }

  reportsOf(taken: ReadonlyMap<string, Ends>, nowMs: number): CallReport[] {
    return [...taken].map(([target, { host, answered, refused, ...ends }]) => {
      const { refusedSentAtMs, holdUntilMs = nowMs, away } = ends;
      return {
        target,
        host,
        whole: target === this.#onlyTarget,
        answered,
        refused,
        ...(refusedSentAtMs !== undefined && {
          refusedSentMsAgo: Math.max(0, nowMs - refusedSentAtMs),
        }),
        ...(holdUntilMs > nowMs && { holdForMs: holdUntilMs - nowMs }),
        ...(away && { away: awayOf(away, nowMs) }),
      };
    });
  }
}

function awayOf(
  { sentAtMs, reason, holdUntilMs }: Away,
  nowMs: number,
): NonNullable<CallReport["away"]> {
  return {
    sentMsAgo: Math.max(0, nowMs - sentAtMs),
    reason,
    ...(holdUntilMs > nowMs && { holdForMs: holdUntilMs - nowMs }),
  };
}
