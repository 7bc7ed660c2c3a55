import { defined } from "../../domain/defined.js";
import type { ReportEdge, ReportGraph, ReportStep } from "../../domain/report/run-report.js";
import { nodesReadBy } from "../../domain/flow/reference.js";
import { keptGraph } from "../../pipeline/kept-graph.js";
import { readKeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import { hasFlow, readKeptFlow } from "../../storage/run/kept-flow.js";
import { findResult } from "../../storage/run/run-result.js";
import { stepStatuses } from "../status/step-status.js";

/** Returns the graph of a pipeline or batch run, with the current counts of its steps. */
export async function readRunGraph(directory: string): Promise<ReportGraph> {
  const steps = await readSteps(directory);
  const byName = new Map(steps.map((step) => [step.name, step]));
  const ways = (await hasFlow(directory)) ? await waysOfFlow(directory) : await waysOf(directory);
  const edges = ways.map(({ from, to }): ReportEdge => {
    const predecessors = ways.filter((way) => way.to === to).length;
    const rows = rowsBetween(byName.get(from), byName.get(to), predecessors);
    return { from, to, ...defined({ rows }) };
  });
  return { steps, edges };
}

type Way = Pick<ReportEdge, "from" | "to">;

async function waysOf(directory: string): Promise<readonly Way[]> {
  const { edges } = keptGraph(await readKeptPipeline(directory));
  return edges.map(({ from, to }) => ({ from, to }));
}

/**
 * Returns the edges of a flow. A flow that is code has one step. The roles of a chat group take
 * turns.
 */
async function waysOfFlow(directory: string): Promise<readonly Way[]> {
  const { flow } = await readKeptFlow(directory);
  if (flow.kind !== "graph") return [];
  const nodes = flow.nodes.filter(({ aggregation = false }) => !aggregation);
  return nodes.flatMap((node) => nodesReadBy(node).map((from) => ({ from, to: node.name })));
}

/** Returns the steps of a pipeline, or the nodes of a flow, with their current counts. */
export async function readSteps(directory: string): Promise<readonly ReportStep[]> {
  const result = await findResult(directory);
  const steps = await stepStatuses(directory, result?.steps);
  return steps.map(({ name, use, models = [], done, failed, dropped }) => ({
    name,
    use,
    models,
    done,
    failed,
    dropped,
  }));
}

/**
 * Returns the number of rows that went from one step to the next. A step with one predecessor got
 * all of its rows there. With several predecessors, each passed on all of its rows.
 */
function rowsBetween(
  from: ReportStep | undefined,
  to: ReportStep | undefined,
  predecessors: number,
): number | undefined {
  if (predecessors > 1) return from?.done;
  if (!to) return undefined;
  return opensLevel(to) ? from?.done : to.done + to.failed + to.dropped;
}

/** True for a step that produces children. Its counts are children, not the rows that it got. */
function opensLevel({ use }: ReportStep): boolean {
  return use === "expand" || use === "collect" || use === "global";
}
