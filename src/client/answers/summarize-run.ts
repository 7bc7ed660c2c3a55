import { sumOfDollars } from "../../domain/money/money.js";
import type { Summary } from "../../report/summary.js";
import type { ExperimentStatus } from "../status/status.js";
import { summarizeFile } from "./summarize-file.js";

/**
 * Summarizes an ended experiment: the outcomes and latencies of its main stage, the tokens, costs
 * and reused answers of all stages. Returns `undefined` if it has no completed file.
 */
export async function summarizeRun({
  completedFile,
  stages = [],
}: ExperimentStatus): Promise<Summary | undefined> {
  if (completedFile === undefined) return undefined;
  const main = await summarizeFile(completedFile);
  const files = stages.flatMap(({ completedFile: file = [] }) => file);
  const others: Summary[] = [];
  for (const file of new Set(files))
    if (file !== completedFile) others.push(await summarizeFile(file));
  return others.reduce(withStage, main);
}

function withStage(main: Summary, stage: Summary): Summary {
  const costs = [main, stage].flatMap(({ cost = [] }) => cost);
  return {
    ...main,
    reused: main.reused + stage.reused,
    tokens: sumOfTokens([...main.tokens, ...stage.tokens]),
    ...(costs.length > 0 && { cost: sumOfDollars(costs) }),
  };
}

function sumOfTokens(all: Summary["tokens"]): Summary["tokens"] {
  const sums = new Map<string, Summary["tokens"][number]>();
  for (const { target, input, output } of all) {
    const before = sums.get(target) ?? { input: 0, output: 0 };
    sums.set(target, { target, input: before.input + input, output: before.output + output });
  }
  return [...sums.values()];
}
