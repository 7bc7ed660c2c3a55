import type { Manifest } from "../../src/domain/experiment/experiment.js";
import type { Failure } from "../../src/domain/record/outcome.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";

/** Why a model takes no calls. */
export interface Refused {
  readonly failure: Failure;
  /** How often the experiment had been resumed: a later resume ends the refusal. */
  readonly resumes: number;
  /** In this machine's time. @default it ends by a resume alone */
  readonly untilMs?: number;
}

/** After so many different prompts in a row an unclear 403 is taken for the account's. */
const mostForbidden = 3;

/** State of each `<api>/<model>` of a run, by name, as this process knows it. */
export class ModelStates {
  readonly #refused = new Map<string, Refused>();
  readonly #heldUntil = new Map<string, number>();
  /** The prompts that got an unclear 403 since the model last answered another call. */
  readonly #forbidden = new Map<string, Set<string>>();

  refuse(target: string, refused: Refused): void {
    const known = this.#refused.get(target);
    const stands = known && known.resumes >= refused.resumes && !hasEnded(known);
    if (!stands) this.#refused.set(target, refused);
  }

  /** Why a model takes no calls, unless that has ended or the experiment was resumed since. */
  refusal(target: string, resumes: number): Failure | undefined {
    const known = this.#refused.get(target);
    return known && known.resumes >= resumes && !hasEnded(known) ? known.failure : undefined;
  }

  /** The model let a call through: a 403 before it was meant for its prompt. */
  noteAnswer(target: string): void {
    this.#forbidden.delete(target);
  }

  /**
   * Why a model takes no calls after one more 403 whose cause is not clear; `undefined` while it may be meant for the
   * prompt alone.
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

  /** When a model may be called again after a 429; in the past where nothing holds it. */
  heldUntil(target: string): number {
    return this.#heldUntil.get(target) ?? 0;
  }
}

function hasEnded({ untilMs = Infinity }: Refused): boolean {
  return untilMs <= Date.now();
}

/** The `<api>/<model>` of a record, which the index has by number. */
export function targetNameOf(
  { manifest }: { readonly manifest: Manifest },
  { target }: Pick<IndexEntry, "target">,
): string {
  return manifest.targets[target] ?? "";
}
