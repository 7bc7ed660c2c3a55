import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import { addWork, noWork, workOf } from "../../domain/plan/call-work.js";
import type { LongPrompt } from "../../domain/plan/plan.js";
import type { PlannedGroup } from "../../domain/rates/group-table.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import type { GroupWork, TargetWork } from "./plan-calls.js";
import type { PromptMeter } from "./prompt-meter.js";

type Apis = Pick<OpenedProviders, "longestAnswerOf" | "mediaOf">;

const mostLongest = 3;
/** Prompts with fewer tokens than this fit into the context of every model. */
const shortestLong = 2_000;

/** Adds up the work of an experiment's records, one by one. */
export class InputSurvey {
  readonly #meter: PromptMeter;
  readonly #apis: Apis;
  readonly #groups = new Map<string, Map<string, TargetWork>>();
  readonly #lengths = new Map<string, number[]>();
  #longest: readonly LongPrompt[] = [];
  #withMedia = 0;
  readonly #reused: readonly boolean[];
  #records = 0;

  /** @param reused for each record, in the order of the input: true if its answer is reused */
  constructor(meter: PromptMeter, apis: Apis, reused: readonly boolean[] = []) {
    this.#meter = meter;
    this.#apis = apis;
    this.#reused = reused;
  }

  add(
    record: PromptRecord,
    { group, line }: { readonly group: string; readonly line: number },
  ): void {
    this.#records += 1;
    if (this.#reused[this.#records - 1] === true) return;
    const target = targetOf(record);
    const longestAnswer = this.#apis.longestAnswerOf(record);
    const measured = this.#meter.measure(target, record);
    const work = workOf({ ...measured, ...defined({ longestAnswer }) });
    const targets = computed(this.#groups, group, () => new Map<string, TargetWork>());
    const { work: before = noWork } = targets.get(target) ?? {};
    targets.set(target, { target, record: askedOf(record), work: addWork(before, work) });
    if (this.#apis.mediaOf(record).length > 0) this.#withMedia += 1;
    this.#note({
      line,
      target,
      tokens: Math.round(work.longestPrompt),
      ...defined({ id: record.id }),
    });
  }

  /**
   * Returns the work of the groups that have records, by target in the order of the input. A rate
   * table may also name groups without records.
   */
  worksOf(groups: readonly PlannedGroup[]): readonly GroupWork[] {
    return groups
      .filter(({ records }) => records > 0)
      .map((group) => ({ group, works: [...(this.#groups.get(group.name)?.values() ?? [])] }));
  }

  /** The longest prompts, longest first. */
  get longest(): readonly LongPrompt[] {
    return this.#longest;
  }

  /** Number of records with files in their prompts. The tokens of files are unknown. */
  get recordsWithMedia(): number {
    return this.#withMedia;
  }

  /** Number of a target's prompts that have more than `tokens` tokens. */
  longerThan(target: string, tokens: number): number {
    return (this.#lengths.get(target) ?? []).filter((length) => length > tokens).length;
  }

  #note(prompt: LongPrompt): void {
    if (prompt.tokens >= shortestLong) {
      computed<string, number[]>(this.#lengths, prompt.target, () => []).push(prompt.tokens);
    }
    const last = this.#longest.at(-1);
    if (last && this.#longest.length === mostLongest && prompt.tokens <= last.tokens) return;
    const longest = [...this.#longest, prompt].sort((a, b) => b.tokens - a.tokens);
    this.#longest = longest.slice(0, mostLongest);
  }
}

function askedOf({ api, model_name }: PromptRecord): TargetWork["record"] {
  return { api, ...defined({ model_name }) };
}
