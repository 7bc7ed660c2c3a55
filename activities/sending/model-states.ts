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

/** State of each `<api>/<model>` of a run, by name, as this process knows it. */
export class ModelStates {
  readonly #refused = new Map<string, Refused>();
  readonly #heldUntil = new Map<string, number>();

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
