import type { ExperimentPlan } from "../../src/domain/plan/plan.js";
import { jsonLine } from "../output/format/json.js";
import { planJson, renderPlan } from "../output/render/render-plan.js";
import type { Terminal } from "../output/terminal/terminal.js";

/** Shows the plan of answers that are judged or asked again, before anything is sent. */
export async function sayPlan(
  plan: ExperimentPlan,
  { json, terminal }: { readonly json: boolean; readonly terminal: Terminal },
): Promise<void> {
  if (json) await terminal.data(jsonLine(planJson(plan)));
  // Without the advice about `plan --sample`, which takes an input file.
  else terminal.talk(renderPlan(plan, terminal.talkScreen.columns, []));
}
