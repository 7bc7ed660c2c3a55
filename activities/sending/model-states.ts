import type { Manifest } from "../../src/domain/experiment/experiment.js";
import { asSentence, cutWords } from "../../src/domain/failure/api-words.js";
import type { Failure } from "../../src/domain/record/outcome.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";

/** A refusal of a model that accepts no calls. */
export interface RefusedTarget {
  readonly failure: Failure;
  /** Reason for users, with at most 200 characters of the API's message. */
  readonly reason: string;
  /** Number of resumes at the time of the refusal. A later resume ends it. */
  readonly resumes: number;
  /** End of the refusal, on this machine's clock. @default only a resume ends it */
  readonly untilMs?: number;
}

/** A refusal that may be for the prompt, or for all calls of the model. */
export interface UnclearRefusal {
  readonly prompt: string;
  readonly failure: Failure;
  /** Host and port of the API, if the adapter knows it. */
  readonly host?: string | undefined;
}

/**
 * Number of different prompts in a row after which an unclear 403 counts as a refusal of the
 * account, and a 404 as one of the model.
 */
const mostUnclear = 3;
/**
 * Number of calls in a row after which repeated prompts count as well. An input may repeat one
 * prompt, and then there are no different prompts.
 */
const mostRepeated = 10;

interface Unclear {
  calls: number;
  readonly prompts: Set<string>;
}

/** State of each `<api>/<model>` of a run, by name, as far as this process knows it. */
export class ModelStates {
  readonly #refused = new Map<string, RefusedTarget>();
  /** Unclear refusals since the model's last answer to another call. */
  readonly #unclear = new Map<string, Unclear>();

  refuse(target: string, refused: RefusedTarget): void {
    const known = this.#refused.get(target);
    const stands = known && known.resumes >= refused.resumes && !hasEnded(known);
    if (!stands) this.#refused.set(target, refused);
  }

  /**
   * Returns the reason why a model accepts no calls, unless the refusal has ended or the experiment
   * was resumed since.
   */
  refusal(target: string, resumes: number): Failure | undefined {
    return this.#stateOf(target, resumes)?.failure;
  }

  /** Returns the reason for users. */
  reason(target: string, resumes: number): string | undefined {
    return this.#stateOf(target, resumes)?.reason;
  }

  #stateOf(target: string, resumes: number): RefusedTarget | undefined {
    const known = this.#refused.get(target);
    return known && known.resumes >= resumes && !hasEnded(known) ? known : undefined;
  }

  /**
   * Notes that the model accepted a call. An earlier unclear refusal was then only for its prompt.
   */
  noteAnswer(target: string): void {
    this.#unclear.delete(target);
  }

  /**
   * Returns the reason why a model accepts no calls after another unclear refusal; `undefined`
   * while the refusal may be only for the prompt.
   */
  noteUnclear(target: string, { prompt, failure, host }: UnclearRefusal): Failure | undefined {
    const unclear = this.#unclear.get(target) ?? { calls: 0, prompts: new Set() };
    this.#unclear.set(target, unclear);
    unclear.calls += 1;
    unclear.prompts.add(prompt);
    const isRow = unclear.prompts.size >= mostUnclear;
    if (!isRow && unclear.calls < mostRepeated) return undefined;
    this.#unclear.delete(target);
    const row = isRow
      ? `${mostUnclear} different prompts in a row`
      : `${mostRepeated} calls in a row`;
    if (failure.type !== "NotFound") {
      return { ...failure, message: `${row} were refused: ${cutWords(failure.message)}` };
    }
    const words = asSentence(cutWords(failure.message));
    const from = host === undefined ? "" : ` from ${host}`;
    const advice =
      "Check the name and the address. If the name is wrong, drop the model, and run the corrected input later.";
    return {
      ...failure,
      message: `${row} for ${target} got ${failure.status ?? "an error"}${from}: ${words} ${advice}`,
    };
  }
}

function hasEnded({ untilMs = Infinity }: RefusedTarget): boolean {
  return untilMs <= Date.now();
}

/** Returns the `<api>/<model>` of a record. The index contains its number. */
export function targetNameOf(
  { manifest }: { readonly manifest: Manifest },
  { target }: Pick<IndexEntry, "target">,
): string {
  return manifest.targets[target] ?? "";
}
