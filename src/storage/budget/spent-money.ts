import { readdir } from "node:fs/promises";
import type { Manifest } from "../../domain/experiment/experiment.js";
import { sumOfDollars } from "../../domain/money/money.js";
import { SpendingTally } from "../../domain/money/spending.js";
import type { Spend } from "../../domain/money/spending.js";
import { followLog } from "../log/log-tail.js";
import type { LogTail } from "../log/log-tail.js";
import { findSegmentResult } from "../run/run-result.js";

/**
 * The money that an experiment has spent: on the calls in the logs of all processes, including this
 * one, and in its earlier stages.
 */
export class SpentMoney {
  readonly #directory: string;
  readonly #slugs: ReadonlySet<string>;
  readonly #earlierStages: readonly string[];
  readonly #tails = new Map<string, LogTail>();
  readonly #tally = new SpendingTally();
  #earlier: number | undefined;
  #answers = 0;
  #output = 0;

  constructor(
    directory: string,
    { groups, earlierStages = [] }: Pick<Manifest, "groups" | "earlierStages">,
  ) {
    this.#directory = directory;
    this.#slugs = new Set(groups.map(({ slug }) => slug));
    this.#earlierStages = earlierStages;
  }

  /** Reads the new lines of the logs. Calls must not overlap. Returns dollars. */
  async read(): Promise<number> {
    this.#earlier ??= await spentIn(this.#earlierStages);
    for (const name of await readdir(this.#directory)) {
      if (this.#isLog(name)) await this.#tailOf(name).read(({ spend }) => this.#add(spend));
    }
    return sumOfDollars([this.#earlier, this.#tally.sums().cost]);
  }

  /**
   * Returns the average tokens of the answers in the logs at the last `read`; `undefined` if the
   * APIs have reported none.
   */
  averageAnswer(): number | undefined {
    return this.#answers === 0 ? undefined : this.#output / this.#answers;
  }

  #add(spend: Spend | undefined): void {
    if (!spend) return;
    this.#tally.add(spend);
    const { input, output } = spend.tokens;
    // Reused answers, and answers of APIs without counts, have no tokens.
    if (input + output === 0) return;
    this.#answers += 1;
    this.#output += output;
  }

  /** True for a log, which has the name `<group>.<writer>.jsonl`. */
  #isLog(name: string): boolean {
    const [, slug] = /^(.+)\.[^.]+\.jsonl$/.exec(name) ?? [];
    return slug !== undefined && this.#slugs.has(slug);
  }

  #tailOf(name: string): LogTail {
    const tail = this.#tails.get(name) ?? followLog(this.#directory, name);
    this.#tails.set(name, tail);
    return tail;
  }
}

async function spentIn(stages: readonly string[]): Promise<number> {
  const results = await Promise.all(stages.map(findSegmentResult));
  return sumOfDollars(results.map((result) => result?.spending?.cost ?? 0));
}
