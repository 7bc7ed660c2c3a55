import type { Manifest } from "../../src/domain/experiment/experiment.js";
import type { Failure } from "../../src/domain/record/outcome.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";

/** The reason why a model accepts no calls. */
export interface Refused {
  readonly failure: Failure;
  /** Number of resumes at the refusal. A later resume ends it. */
  readonly resumes: number;
  /** End of the refusal, on this machine's clock. @default only a resume ends it */
  readonly untilMs?: number;
}

/**
 * After this number of different prompts in a row, an unclear 403 counts as one for the account.
 */
const mostForbidden = 3;

/** State of each `<api>/<model>` of a run, by name, as this process knows it. */
export class ModelStates {
  readonly #refused = new Map<string, Refused>();
  readonly #heldUntil = new Map<string, number>();
  /** The prompts with an unclear 403 since the model's last answer to another call. */
  readonly #forbidden = new Map<string, Set<string>>();

  refuse(target: string, refused: Refused): void {
    const known = this.#refused.get(target);
    const stands = known && known.resumes >= refused.resumes && !hasEnded(known);
    if (!stands) this.#refused.set(target, refused);
  }

  /**
   * The reason why a model accepts no calls, unless the refusal has ended or the experiment was
   * resumed since.
   */
  refusal(target: string, resumes: number): Failure | undefined {
    const known = this.#refused.get(target);
    return known && known.resumes >= resumes && !hasEnded(known) ? known.failure : undefined;
  }

  /** Notes that the model accepted a call: an earlier 403 was for its prompt. */
  noteAnswer(target: string): void {
    this.#forbidden.delete(target);
  }

  /**
   * The reason why a model accepts no calls after one more unclear 403; `undefined` while it may be
   * for the prompt only.
   */
  noteForbidden(target: string, prompt: string, failure: Failure): Failure | undefined {
    const prompts = this.#forbidden.get(target) ?? new Set();
    this.#forbidden.set(target, prompts.add(prompt));
    if (prompts.size < mostForbidden) return undefined;
    this.#forbidden.delete(target);
    const message = `${mostForbidden} different prompts in a row were refused: ${failure.message}`;
    return { ...failure, message };
  }

  hold(target: string, untilMs: number): void {
    this.#heldUntil.set(target, Math.max(untilMs, this.#heldUntil.get(target) ?? 0));
  }

  /** Time at which a model may be called again after a 429; in the past without a delay. */
  heldUntil(target: string): number {
    return this.#heldUntil.get(target) ?? 0;
  }
}

function hasEnded({ untilMs = Infinity }: Refused): boolean {
  return untilMs <= Date.now();
}

/** The `<api>/<model>` of a record. The index contains its number. */
export function targetNameOf(
  { manifest }: { readonly manifest: Manifest },
  { target }: Pick<IndexEntry, "target">,
): string {
  return manifest.targets[target] ?? "";
}
