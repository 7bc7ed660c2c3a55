/**
 * Reads promptflow's `flow.dag.yaml`. Our own files may use short forms: `llm: api/model` instead
 * of a connection and a model, a `template` instead of a file, and a type, a reference or a source
 * without an object around it.
 */
import type { FlowNode, FlowValue, GraphFlow } from "../../domain/flow/flow.js";
import { flowProblems, withoutAggregatedOutputs } from "../../domain/flow/flow-problems.js";
import type { FlowProblem } from "../../domain/flow/flow-problems.js";
import { readValue } from "../../domain/flow/reference.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { descriptionOf, flowName } from "./flow-name.js";
import { readDagNode } from "./dag-nodes.js";
import type { DagFile } from "./dag-file.js";
import { chosenNodes } from "./dag-variants.js";
import type { PlacedNode } from "./dag-variants.js";
import { readFlowInputs } from "./flow-inputs.js";

const keys = (
  "$schema id name display_name description type version language inputs outputs nodes node_variants tags " +
  "environment environment_variables additional_includes message_format"
).split(" ");

const outputKeys = ["type", "reference", "description", "evaluation_only", "is_chat_output"];

/** Reads a flow as far as possible. The flow is complete if there are no problems. */
export async function readDagFlow(value: JsonObject, file: DagFile): Promise<GraphFlow> {
  const { findings } = file;
  findings.warnOfKeys(value, keys);
  refuseLanguage(value, file);
  const inputs = readFlowInputs(value["inputs"], findings);
  const given = chosenNodes(value, file);
  const names = Object.keys(inputs);
  const nodes: FlowNode[] = [];
  for (const node of given) nodes.push(await readDagNode(node, names, file));
  const whole: GraphFlow = {
    kind: "graph",
    name: flowName(value["name"], file),
    ...descriptionOf(value),
    inputs,
    nodes,
    outputs: readOutputs(value["outputs"], names, file),
  };
  return checked(whole, given, file);
}

function checked(
  whole: GraphFlow,
  places: readonly PlacedNode[],
  { findings }: DagFile,
): GraphFlow {
  const placeOf = ({ path }: FlowProblem): readonly (string | number)[] => {
    const [first, index, ...rest] = path;
    if (first === "outputs") return [...path, "reference"];
    const place = first === "nodes" ? places[Number(index)] : undefined;
    return place ? [...(rest[0] === "name" ? place.named : place.path), ...rest] : path;
  };
  for (const problem of flowProblems(whole)) {
    findings.problem(placeOf(problem), problem.message, problem.node);
  }
  const { flow, warnings } = withoutAggregatedOutputs(whole);
  for (const warning of warnings) findings.warn(placeOf(warning), warning.message);
  return flow;
}

function refuseLanguage({ language }: JsonObject, { findings, options }: DagFile): void {
  if (language === undefined || language === "python") return;
  if (typeof language === "string" && options.languages?.includes(language) === true) return;
  const message = `The flow is written in ${JSON.stringify(language)}, for which there is no executor. Register one for the language, or use a Python or TypeScript flow.`;
  findings.problem(["language"], message);
}

function readOutputs(
  given: JsonValue | undefined,
  inputs: readonly string[],
  { findings }: DagFile,
): Readonly<Record<string, FlowValue>> {
  if (given === undefined || given === null) return {};
  if (!isJsonObject(given) || isJsonArray(given)) {
    findings.problem(["outputs"], "Expected `outputs` to be an object with the outputs by name.");
    return {};
  }
  const entries = Object.entries(given).flatMap(([name, output]) => {
    const path = ["outputs", name];
    if (isJsonObject(output)) findings.warnOfKeys(output, outputKeys, path);
    const reference = isJsonObject(output) ? output["reference"] : output;
    if (reference === undefined || reference === null || reference === "") {
      findings.problem(
        path,
        `The output "${name}" has no \`reference\`. Name the value that it takes, such as \${node.output}.`,
      );
      return [];
    }
    const read = readValue(reference, inputs);
    if ("value" in read) return [[name, read.value] as const];
    findings.problem([...path, "reference"], `The output "${name}": ${read.problem}`);
    return [];
  });
  return Object.fromEntries(entries);
}
