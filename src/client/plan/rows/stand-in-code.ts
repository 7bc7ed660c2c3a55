/** Stand-ins for a user's functions, for a plan that must not run them. */
import { stepsBehind } from "../../../domain/graph/steps-behind.js";
import type { AddStep, GlobalStep, Graph, Row } from "../../../domain/graph/graph.js";
import { successorsOf } from "../../../domain/graph/graph.js";
import type { JsonValue } from "../../../domain/json/json.js";
import { isFunctionName } from "../../../pipeline/definition/definition.js";
import type {
  PipelineDefinition,
  StepDefinition,
} from "../../../pipeline/definition/definition.js";
import { isModelStep } from "../../../pipeline/steps/models.js";
import type { DryCode } from "../../pipeline/dry-walks.js";

/**
 * Returns code that writes text into the declared columns, keeps every row and passes all rows on.
 * With long answers, the text is as long as the row, and a router chooses all steps instead of the
 * first.
 */
export function standInCode(
  { definition, graph }: { readonly definition: PipelineDefinition; readonly graph: Graph },
  answers: "short" | "long",
): DryCode {
  const listed = listColumns(graph);
  const columnsFor = ({ writes }: AddStep | GlobalStep, row: Row): Row => {
    const text = answers === "short" ? "ok" : JSON.stringify(row);
    return Object.fromEntries(writes.map((column) => [column, listed.has(column) ? [text] : text]));
  };
  return {
    run: async (use, row, { step }) => {
      const written = graph.steps.find(({ name }) => name === step);
      if (written?.kind === "add" && written.use === use) {
        const columns = columnsFor(written, row);
        return written.many === true ? [columns] : columns;
      }
      if (isCondition(definition.steps[step], use)) return true;
      const [first, ...others] = successorsOf(graph, step);
      return [first ?? step, ...(answers === "short" ? [] : others)] satisfies JsonValue;
    },
    async *runGlobal(step, inputs) {
      for (const rows of inputs) {
        for await (const row of rows) yield { ...row, ...columnsFor(step, row) };
      }
    },
  };
}

/** True if a filter or the check of an answer calls the function. False if a router does. */
function isCondition(step: StepDefinition | undefined, use: string): boolean {
  if (step?.use === "filter") return step.where === use;
  return step !== undefined && isModelStep(step) && step.validate?.function === use;
}

/**
 * Returns the columns that are expanded, which hold lists. Names that a mapping has changed are not
 * found.
 */
function listColumns({ steps }: Graph): ReadonlySet<string> {
  return new Set(
    steps.flatMap((step) => (step.kind === "expand" ? Object.keys(step.columns) : [])),
  );
}

/** Returns a sentence about the functions whose results determine the calls of a plan. */
export function standInWarnings(
  { steps }: PipelineDefinition,
  { steps: ofGraph, edges }: Graph,
): readonly string[] {
  const calling = ofGraph.filter((step) => isCode(step) || routesByCode(step));
  const named = calling.flatMap(({ name }) => {
    const asks = [...stepsBehind(edges, [name])].some((behind) => {
      const step = steps[behind];
      return step !== undefined && isModelStep(step);
    });
    return asks ? [name] : [];
  });
  if (named.length === 0) return [];
  return [
    `The plan has placeholders for the functions of ${named.join(", ")}, which only the run calls. \`ostinato pipeline plan\` runs them too.`,
  ];
}

type GraphStep = Graph["steps"][number];

function isCode(step: GraphStep): boolean {
  if (step.kind === "filter") return isFunctionName(step.where);
  return step.kind === "global" || (step.kind === "add" && isFunctionName(step.use));
}

function routesByCode({ router }: GraphStep): boolean {
  return router?.kind === "own";
}
