/** Definitions as text: YAML or JSON, which is a part of YAML. */
import { stringify } from "yaml";
import type { Document } from "yaml";
import { defined } from "../../domain/defined.js";
import { errorText } from "../../domain/failure/error-text.js";
import type { Problem } from "../../domain/graph/check/problem.js";
import { parseEdges } from "../../domain/graph/definition/edge-text.js";
import type { Edge } from "../../domain/graph/graph.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { PipelineDefinition } from "./definition.js";
import type { DefinitionProblem } from "./definition-problem.js";
import { parseDefinition } from "./parse-definition.js";
import { offsetOf, parsePlaced } from "./placed-document.js";
import { stepKeys } from "./step-keys.js";

export type ReadDefinition =
  | { readonly definition: PipelineDefinition; readonly problems: readonly [] }
  | { readonly definition?: undefined; readonly problems: readonly DefinitionProblem[] };

/** Hint for texts of edges inside brackets. A list in such a text would end YAML's own list. */
const edgeHint = 'Write each text of `edges` on a line of its own behind "- ", or in quotes.';

/** @param fallbackName name for a pipeline without one: the name of its file */
export function readDefinition(text: string, fallbackName?: string): ReadDefinition {
  const { document, placeAt } = parsePlaced(text);
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map(({ message, pos: [start] }) => {
        const place = placeAt(start);
        const isEdge = text.split(/\r?\n/)[place.line - 1]?.includes(">>") === true;
        const hint = isEdge ? ` ${edgeHint}` : "";
        return {
          ...place,
          message: `The text can't be read: ${message.replace(/\.$/, "")}.${hint}`,
        };
      }),
    };
  }
  let value: JsonValue;
  try {
    // YAML's core schema yields JSON values, and NaN and Infinity, which the schema refuses.
    value = document.toJS() as JsonValue;
  } catch (error) {
    return { problems: [{ message: `The text can't be read: ${errorText(error)}.` }] };
  }
  const result = parseDefinition(value, fallbackName);
  if (result.definition) return result;
  return {
    problems: result.problems.map(({ path, ...problem }) => {
      const offset = offsetOf(document, path);
      return offset === undefined ? problem : { ...problem, ...placeAt(offset) };
    }),
  };
}

/** Adds the place of a problem's step or edge in the text. */
export function withPlace(text: string, { edge, ...problem }: Problem): DefinitionProblem {
  if (!edge && problem.step === undefined) return problem;
  const { document, placeAt } = parsePlaced(text);
  const path = edge ? edgePath(document, edge) : ["steps", problem.step ?? ""];
  const isNamed = document.hasIn(path);
  const offset = isNamed ? offsetOf(document, path) : undefined;
  return offset === undefined ? problem : { ...problem, ...placeAt(offset) };
}

/** Returns the path of the text that contains the edge. */
function edgePath(document: Document, { from, to }: Edge): readonly PropertyKey[] {
  // Only a definition, which is an object, has problems with edges.
  const { edges } = document.toJS() as { readonly edges?: unknown };
  const index = [edges]
    .flat()
    .findIndex(
      (text) =>
        typeof text === "string" &&
        parseEdges(text).edges.some((each) => each.from === from && each.to === to),
    );
  return ["edges", index];
}

/** Returns the definition as YAML. Equivalent definitions have the same text. */
export function dumpPipeline(definition: PipelineDefinition): string {
  return stringify(ordered(definition), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Returns the definition as JSON. */
export function dumpPipelineJson(definition: PipelineDefinition): string {
  return `${JSON.stringify(ordered(definition), undefined, 2)}\n`;
}

/** Orders keys as in the reference. Names of columns and parameters keep their order. */
function ordered({ name, description, steps, edges, ...rest }: PipelineDefinition): object {
  const { target, accept, max_candidates } = rest;
  const inOrder = Object.entries(steps).map(([step, definition]) => {
    const entries = Object.entries(definition).sort(
      ([a], [b]) => stepKeys.indexOf(a) - stepKeys.indexOf(b),
    );
    return [step, Object.fromEntries(entries)] as const;
  });
  return {
    name,
    ...defined({ description, target, accept, max_candidates }),
    steps: Object.fromEntries(inOrder),
    edges,
  };
}
