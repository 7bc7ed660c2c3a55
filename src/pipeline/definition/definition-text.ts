/** Definitions as text: YAML, and JSON, which YAML includes. */
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

/** A list in a text of edges ends YAML's own list in brackets. */
const edgeHint = 'Write each text of `edges` on a line of its own behind "- ", or in quotes.';

/** @param fallbackName of a pipeline without a name: the name of its file */
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
    // The core schema of YAML gives the values of JSON, and NaN and Infinity, which the schema
    // refuses.
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

/** A problem that was found later, with the place of its step or edge in the text. */
export function withPlace(text: string, { edge, ...problem }: Problem): DefinitionProblem {
  if (!edge && problem.step === undefined) return problem;
  const { document, placeAt } = parsePlaced(text);
  const path = edge ? edgePath(document, edge) : ["steps", problem.step ?? ""];
  const isNamed = document.hasIn(path);
  const offset = isNamed ? offsetOf(document, path) : undefined;
  return offset === undefined ? problem : { ...problem, ...placeAt(offset) };
}

/** The path of the text that has the edge. */
function edgePath(document: Document, { from, to }: Edge): readonly PropertyKey[] {
  // A problem of an edge comes from a definition, which is an object.
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

/** The definition as YAML. Definitions that say the same have the same text. */
export function dumpPipeline(definition: PipelineDefinition): string {
  return stringify(ordered(definition), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The definition as JSON. */
export function dumpPipelineJson(definition: PipelineDefinition): string {
  return `${JSON.stringify(ordered(definition), undefined, 2)}\n`;
}

/** Keys in the order of the reference; names of columns and parameters as they were declared. */
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
