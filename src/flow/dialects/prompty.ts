/**
 * Reads a `.prompty` file, which consists of a YAML front matter and a template. It becomes a flow
 * of one node.
 */
import { defined } from "../../domain/defined.js";
import type {
  FlowInput,
  FlowValue,
  GraphFlow,
  LlmNode,
  ValueType,
} from "../../domain/flow/flow.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { hintOf } from "../../domain/nearest-match.js";
import { asSentence } from "../../pipeline/templates/as-sentence.js";
import { lacksRoles, rolesNeeded } from "../messages/lacks-roles.js";
import { templateFault } from "../templates/template-fault.js";
import { variablesOf } from "../templates/flow-template.js";
import { apiOfConnection } from "./connections.js";
import type { DagFile } from "./dag-file.js";
import { readFlowInputs } from "./flow-inputs.js";
import { descriptionOf, flowName } from "./flow-name.js";
import { withValueReferences } from "./value-references.js";

export interface PromptyText {
  /** Front matter, in YAML. */
  readonly head: string;
  readonly template: string;
  /** Number of lines before the head. */
  readonly before: number;
  /** Number of lines before the template. */
  readonly beforeTemplate: number;
}

/**
 * Splits a prompty file. Returns `undefined` for a text without a front matter between two lines of
 * dashes.
 */
export function splitPrompty(text: string): PromptyText | undefined {
  const parts = /^(\s*-{3,}[ \t]*\r?\n)(.*?)(?<=\n)(-{3,}[ \t]*(?:\r?\n|$))(.*)$/s.exec(text);
  if (!parts) return undefined;
  const [, open = "", head = "", close = "", template = ""] = parts;
  const lines = (part: string): number => part.split("\n").length - 1;
  return {
    head,
    template,
    before: lines(open),
    beforeTemplate: lines(open) + lines(head) + lines(close),
  };
}

const keys =
  "name description version model inputs outputs sample template authors tags $schema display_name".split(
    " ",
  );

/** Reads a prompty file. Returns `undefined` if its model cannot be read. */
export async function readPrompty(
  given: JsonObject,
  { template, beforeTemplate }: PromptyText,
  file: DagFile,
): Promise<GraphFlow | undefined> {
  const { findings } = file;
  findings.warnOfKeys(given, keys);
  // References are replaced in place, so an object stays an object.
  const value = (await withValueReferences(given, file)) as JsonObject;
  const inputs = inputsOf(value, file);
  const name = flowName(value["name"] ?? findings.file.replace(/\.prompty$/, ""), file);
  const fault = templateFault(template);
  if (fault) {
    const message = `The template has a syntax error: ${asSentence(fault.message)}`;
    const line = fault.line + beforeTemplate;
    findings.problems.push({ file: findings.file, line, column: fault.column, message });
  }
  const model = modelOf(value["model"], file);
  if (!model || fault) return undefined;
  if (model.mode !== "completion" && lacksRoles(template)) {
    findings.problem([], `The template has no role. ${rolesNeeded}`);
    return undefined;
  }
  warnOfUnknown(template, inputs, file);
  const node: LlmNode = {
    kind: "llm",
    name: nodeName,
    inputs: Object.fromEntries(
      Object.keys(inputs).map((input) => [input, { kind: "input", input, path: [] }]),
    ),
    ...model,
    template,
    templateFile: findings.file,
  };
  return {
    kind: "graph",
    name,
    ...descriptionOf(value),
    inputs,
    nodes: [node],
    ...outputsOf(value["outputs"], node),
  };
}

const nodeName = "prompty";

/** Returns the outputs: the whole answer, or the declared parts of a JSON answer. */
function outputsOf(
  declared: JsonValue | undefined,
  { json }: LlmNode,
): Pick<GraphFlow, "outputs" | "result"> {
  const names = isJsonObject(declared) ? Object.keys(declared) : [];
  if (json !== true || names.length === 0) {
    return { outputs: {}, result: { kind: "node", node: nodeName, path: [] } };
  }
  const entries = names.map((output): readonly [string, FlowValue] => [
    output,
    { kind: "node", node: nodeName, path: [output] },
  ]);
  return { outputs: Object.fromEntries(entries) };
}

/** Returns the inputs. As in promptflow, the inputs of the sample are used if none are declared. */
function inputsOf(value: JsonObject, file: DagFile): Readonly<Record<string, FlowInput>> {
  const declared = readFlowInputs(value["inputs"], file.findings);
  if (Object.keys(declared).length > 0) return declared;
  const sample = isJsonObject(value["sample"]) ? value["sample"] : {};
  const inner = isJsonObject(sample["inputs"]) ? sample["inputs"] : sample;
  const entries = Object.entries(inner).map(([name, item]) => [name, { type: typeOf(item) }]);
  if (entries.length === 0) {
    const message =
      "The flow has no inputs, so its lines would all be the same. Declare at least one input under `inputs`.";
    file.findings.problem(["inputs"], message);
  }
  // The entries are names with their inputs.
  return Object.fromEntries(entries) as Readonly<Record<string, FlowInput>>;
}

function typeOf(value: JsonValue): ValueType {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "double";
  if (typeof value === "string") return "string";
  return isJsonArray(value) ? "list" : "object";
}

function warnOfUnknown(
  template: string,
  inputs: Readonly<Record<string, FlowInput>>,
  { findings }: DagFile,
): void {
  const missing = variablesOf(template).filter((name) => !Object.hasOwn(inputs, name));
  if (missing.length === 0) return;
  const message = `The template reads ${missing.join(", ")}, which is no input and renders as empty text.`;
  findings.warn(["inputs"], message);
}

type Model = Pick<LlmNode, "llm" | "parameters" | "mode" | "json">;

function modelOf(given: JsonValue | undefined, file: DagFile): Model | undefined {
  const { findings } = file;
  const model = isJsonObject(given) ? given : {};
  findings.warnOfKeys(model, ["api", "configuration", "parameters", "response"], ["model"]);
  const { api = "chat", response = "first" } = model;
  if (api !== "chat" && api !== "completion") {
    const known = ["chat", "completion"];
    const message = `\`model.api\` is ${JSON.stringify(api)}. ${hintOf(JSON.stringify(api), known)}`;
    findings.problem(["model", "api"], message);
  }
  if (response !== "first") {
    const message = `\`model.response\` is ${JSON.stringify(response)}, and an answer of Ostinato is the first choice alone. Remove it, and \`n\` from the parameters.`;
    findings.problem(["model", "response"], message);
  }
  const llm = llmOf(model["configuration"], file);
  if (llm === undefined) return undefined;
  const parameters = isJsonObject(model["parameters"]) ? model["parameters"] : {};
  // `stream` is ignored, because the answer is complete anyway.
  const sent = Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => name !== "stream" && value !== null),
  );
  const format = sent["response_format"];
  const isJson = isJsonObject(format) && format["type"] === "json_object";
  return {
    llm,
    parameters: sent,
    ...defined({
      mode: api === "completion" ? ("completion" as const) : undefined,
      json: isJson ? true : undefined,
    }),
  };
}

function llmOf(given: JsonValue | undefined, file: DagFile): string | undefined {
  const { findings, options } = file;
  const configuration = isJsonObject(given) ? given : {};
  const text = (key: string): string | undefined => {
    const value = configuration[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const connection = text("connection");
  const path = ["model", "configuration"];
  const read = apiOfConnection(defined({ connection, provider: text("type") }), options);
  const isAzure = "api" in read && read.api === "azure-openai";
  const model = isAzure
    ? (text("azure_deployment") ?? text("model"))
    : (text("model") ?? text("azure_deployment"));
  if ("problem" in read) findings.problem(path, `The model of the prompty: ${read.problem}`);
  if (model === undefined) {
    const message = "`model.configuration` names no model. Add `azure_deployment` or `model`.";
    findings.problem(path, message);
  }
  if ("problem" in read || model === undefined) return undefined;
  if (connection !== undefined) file.connections.set(connection, read.api);
  return `${read.api}/${model}`;
}
