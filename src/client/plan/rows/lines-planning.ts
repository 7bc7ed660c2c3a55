/** Plans a batch run before its start, from its lines while they are read. */
import type { Environment } from "../../../domain/environment.js";
import { codePlacesOf } from "../../../domain/flow/code-places.js";
import type { MappedLine } from "../../../domain/flow/inputs/map-line.js";
import type { KeptFlow } from "../../../storage/run/kept-flow.js";
import type { BatchSettings } from "../../batch/batch-settings.js";
import { dryLines } from "../../batch/dry-run-batch.js";
import type { DryLine } from "../../batch/dry-run-batch.js";
import { runSettingsOf } from "../../batch/run-settings-of.js";
import type { Placeholder } from "../../batch/dry-calls.js";
import { LineCounts } from "./line-counts.js";
import { longText } from "../placeholder.js";
import { planLines } from "./plan-lines.js";
import { openRowPlanner } from "./row-planner.js";

export interface StartedLines {
  readonly name: string;
  readonly kept: Pick<KeptFlow, "flow" | "connections" | "variables">;
  readonly settings: Omit<BatchSettings, "inputs">;
  readonly reuse: boolean;
  readonly warnings: readonly string[];
  readonly env: Environment;
}

export class LinesPlanning {
  readonly #all = new LineCounts();

  /** Yields the lines and adds each of them to the plan. */
  async *seenBy(lines: AsyncIterable<MappedLine>): AsyncGenerator<MappedLine, void, undefined> {
    for await (const line of lines) {
      this.#all.add(line);
      yield line;
    }
  }

  /**
   * Calls `onPlan` with the estimate of the run. Needs all lines to have been read. A start must
   * not run the user's code with placeholders, so the estimate of a flow with code comes from an
   * earlier run. Without such a run, `onPlan` is not called.
   */
  async tell({ name, kept, settings, env, ...started }: StartedLines): Promise<void> {
    const { onPlan } = settings;
    if (!onPlan) return;
    const planner = await openRowPlanner(name, runSettingsOf(settings), env);
    const { apis, longestAnswerOf } = planner.providers;
    const { flow, connections, variables } = kept;
    const walked = async (placeholder: Placeholder): Promise<readonly DryLine[]> => {
      if (codePlacesOf(flow).length > 0) return [];
      const code = { connections, variables, apis };
      // A flow without code needs no folder for code.
      return dryLines(flow, this.#all.picked, { code, staged: "", ask: undefined, placeholder });
    };
    const short = await walked("ok");
    const long = await walked((record) => longText(longestAnswerOf(record)));
    const all = this.#all;
    const plan = await planLines({ ...started, flow, connections, short, long, all }, planner);
    if (plan) await onPlan(plan);
  }
}
