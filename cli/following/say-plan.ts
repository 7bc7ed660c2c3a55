import type { ExperimentPlan } from "../../src/domain/plan/plan.js";
import { jsonLine } from "../output/format/json.js";
import { planJson, renderPlan } from "../output/render/render-plan.js";
import { keepMemoryLow } from "./keep-memory-low.js";
import type { Terminal } from "../output/terminal/terminal.js";

interface SayingPlan {
  readonly json: boolean;
  readonly terminal: Pick<Terminal, "data" | "talk" | "talkScreen">;
  /** False for answers that are judged or asked again: `plan --sample` takes an input file. */
  readonly hasInput?: boolean;
}

/** Number of records from which a plan leaves much garbage. */
const manyRecords = 10_000;

/**
 * Shows the plan of a run before anything is sent, or writes it as a line for programs. Frees the
 * memory that the plan of a large file has used.
 */
export async function sayPlan(
  plan: ExperimentPlan,
  { json, terminal, hasInput = false }: SayingPlan,
): Promise<void> {
  const { columns } = terminal.talkScreen;
  if (json) await terminal.data(jsonLine(planJson(plan)));
  else terminal.talk(renderPlan(plan, columns, hasInput ? undefined : []));
  if (plan.total.records >= manyRecords) keepMemoryLow();
}

/** Tells the plan of a run that starts, and its notices unless the plan has them. */
export interface StartTold {
  readonly onPlan: (plan: ExperimentPlan) => Promise<void>;
  readonly sayNotices: (notices: readonly string[]) => void;
}

export function tellStart(saying: Omit<SayingPlan, "hasInput">): StartTold {
  let isPlanned = false;
  return {
    onPlan: async (plan) => {
      isPlanned = true;
      await sayPlan(plan, { ...saying, hasInput: true });
    },
    sayNotices: (notices) => {
      if (!isPlanned) notices.forEach(saying.terminal.talk);
    },
  };
}
