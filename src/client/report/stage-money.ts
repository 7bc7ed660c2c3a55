import { basename, dirname, join } from "node:path";
import type { Manifest } from "../../domain/experiment/experiment.js";
import { unlessNone } from "../../domain/money/spending.js";
import type { StageMoney } from "../../domain/report/run-report.js";
import { aggregationFolder } from "../../storage/run/aggregation-folder.js";
import { findResult } from "../../storage/run/run-result.js";

/**
 * Returns the cost of the stages whose answers are not records of the run: rephrased prompts, and
 * an aggregation that asks models. `undefined` if these stages cost nothing.
 */
export async function stageMoneyOf(
  directory: string,
  { stage }: Pick<Manifest, "stage">,
): Promise<readonly StageMoney[] | undefined> {
  const before = stage?.kind === "main" ? stage.madeFrom : undefined;
  const folders = [
    ...(before === undefined ? [] : [["rephrase", runOfCompleted(before, directory)] as const]),
    ["aggregation", aggregationFolder(directory)] as const,
  ];
  const money: StageMoney[] = [];
  for (const [kind, folder] of folders) {
    const result = await findResult(folder);
    const spending = result?.spending && unlessNone(result.spending);
    if (!spending) continue;
    money.push({ stage: kind, dollars: spending.cost, unpriced: spending.unknownCalls });
  }
  return money.length === 0 ? undefined : money;
}

/**
 * Returns the state folder of the run that wrote this completed file. The data folder may have
 * moved.
 */
function runOfCompleted(completedFile: string, directory: string): string {
  const [stamp = ""] = basename(completedFile).split("-completed-");
  const output = dirname(dirname(directory));
  return join(output, basename(dirname(completedFile)), `.${stamp}`);
}
