/** Checks a pipeline that wants an exact number of rows. */
import type { Problem } from "../../domain/graph/check/problem.js";
import { leavesOf, opensLevel } from "../../domain/graph/graph.js";
import type { Graph } from "../../domain/graph/graph.js";
import { levelsOf } from "../../domain/graph/levels.js";
import { orderOf } from "../../domain/graph/order.js";
import { acceptedName } from "../accepted-step.js";
import type { PipelineDefinition } from "../definition/definition.js";
import { isFunctionName } from "../definition/definition.js";
import { rowCondition } from "../templates/row-template.js";
import { templateFaults } from "./template-faults.js";

/** @param graph graph of the definition */
export function targetFaults(definition: PipelineDefinition, graph: Graph): readonly Problem[] {
  const { target, accept, max_candidates: most } = definition;
  if (target === undefined) {
    const alone = accept === undefined ? most && "max_candidates" : "accept";
    if (alone === undefined) return [];
    return [{ message: `\`${alone}\` needs a \`target\`, the number of rows to accept.` }];
  }
  const messages = [
    ...acceptFaults(accept),
    ...(most !== undefined && most < target
      ? [
          `Expected \`max_candidates\` to be at least the \`target\` of ${target}, got ${most}: a source row gives one row at most.`,
        ]
      : []),
    ...shapeFaults(definition, graph),
  ];
  return messages.map((message) => ({ message }));
}

function acceptFaults(accept: string | undefined): readonly string[] {
  if (accept === undefined) return [];
  if (isFunctionName(accept)) {
    return [
      `Expected \`accept\` to be an expression, such as "score >= 4", got the function ${accept}. End the pipeline with a filter step that calls it, and leave out \`accept\`.`,
    ];
  }
  const faults = templateFaults("accept", "is no Jinja expression", () => rowCondition(accept));
  return faults.map((fault) => fault.replace(/^in /, "In "));
}

/**
 * Checks that the pipeline has one leaf, with one row per source row. Otherwise the rows in
 * progress could exceed the missing rows.
 */
function shapeFaults({ steps }: PipelineDefinition, graph: Graph): readonly string[] {
  if (Object.hasOwn(steps, acceptedName)) {
    return [
      `A step is called "${acceptedName}", which is the name of the last step of a pipeline with a \`target\`. Give it another name.`,
    ];
  }
  const leaves = leavesOf(graph).map(({ name }) => name);
  if (leaves.length > 1) {
    return [
      `Expected one leaf in a pipeline with a \`target\`, got ${leaves.join(", ")}. Join them with a group or combine step, or remove all but one.`,
    ];
  }
  const wholes = graph.steps.filter(({ kind }) => kind === "global").map(({ name }) => name);
  if (wholes.length > 0) {
    return [
      `The step "${wholes.join('", "')}" gets all rows at once, so their number is not known before. Leave out \`target\`, or make the rows in a pipeline of their own first.`,
    ];
  }
  return severalRows(graph);
}

function severalRows(graph: Graph): readonly string[] {
  if ("cycle" in orderOf(graph)) return [];
  const [leaf] = leavesOf(graph);
  const levels = levelsOf(graph).of.get(leaf?.name ?? "") ?? [];
  const opener = leaf && opensLevel(leaf) ? leaf.name : levels.at(-1);
  if (opener === undefined) return [];
  return [
    `Behind the step "${opener}" a source row has several rows, so \`target\` can't be met exactly. Collect them into one row, or make the rows in a pipeline of their own and load its result.`,
  ];
}
