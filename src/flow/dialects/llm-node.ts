/** Reads nodes of type `llm`. */
import { defined } from "../../domain/defined.js";
import type { FlowValue, LlmNode } from "../../domain/flow/flow.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import { hintOf } from "../../domain/nearest-match.js";
import { lacksRoles, rolesNeeded } from "../messages/lacks-roles.js";
import { apiOfConnection } from "./connections.js";
import type { DagFile } from "./dag-file.js";
import { givenInputs } from "./node-being-read.js";
import type { NodeBeingRead } from "./node-being-read.js";
import { isParameter, readParameter } from "./model-parameters.js";
import type { ModelApi } from "./model-parameters.js";
import { readTemplate } from "./template-file.js";

export async function readLlmNode(
  node: NodeBeingRead,
  file: DagFile,
): Promise<LlmNode | undefined> {
  const mode = readMode(node);
  const llm = node.given["llm"] === undefined ? readConnected(node, file) : readLlm(node, file);
  const own = mode === undefined ? undefined : readOwn(node, mode);
  const reads = modelKeys.filter((key) => Object.hasOwn(node.inputs, key));
  const reserved = [
    ...reads,
    "prompt",
    ...Object.keys(node.inputs).filter((name) => isOwn(name, mode)),
  ];
  const template = await readTemplate(node, file, reserved);
  if (mode === undefined || llm === undefined || !own || !template) return undefined;
  if (mode === "chat" && lacksRoles(template.template, Object.values(own.inputs))) {
    node.problem(["template"], `its template ${template.templateFile} has no role. ${rolesNeeded}`);
    return undefined;
  }
  return {
    ...node.base,
    kind: "llm",
    inputs: own.inputs,
    llm,
    ...template,
    ...(mode === "completion" && { mode }),
    parameters: { ...own.parameters, ...furtherParameters(node) },
    ...(own.byReference.length > 0 && { parameterInputs: own.byReference }),
  };
}

/**
 * Reads `parameters` beside `inputs`: parameters that promptflow's tools do not have, for any API.
 */
function furtherParameters({ given, problem }: NodeBeingRead): JsonObject {
  const { parameters = {} } = given;
  if (isJsonObject(parameters)) return parameters;
  problem(["parameters"], "expected `parameters` to be an object of the model's parameters.");
  return {};
}

const modelKeys = ["deployment_name", "model"];

function isOwn(name: string, mode: ModelApi | undefined): boolean {
  return mode !== undefined && isParameter(mode, name);
}

/** Reads `llm: openai/gpt-4o`, the notation of our own files. */
function readLlm({ given, problem }: NodeBeingRead, { options }: DagFile): string | undefined {
  const { llm } = given;
  const [, api = "", model] = typeof llm === "string" ? (/^([^/]+)\/(.+)$/.exec(llm) ?? []) : [];
  if (typeof llm !== "string" || model === undefined) {
    const message = `expected \`llm\` to be \`api/model\`, such as openai/gpt-4o, got ${JSON.stringify(llm)}.`;
    problem(["llm"], message);
    return undefined;
  }
  if (options.apis.includes(api)) return llm;
  problem(["llm"], `there is no API "${api}". ${hintOf(api, options.apis)}`);
  return undefined;
}

function readConnected(node: NodeBeingRead, file: DagFile): string | undefined {
  const api = readApi(node, file);
  const model = readModel(node, api);
  return api === undefined || model === undefined ? undefined : `${api}/${model}`;
}

function readMode({ given, problem }: NodeBeingRead): ModelApi | undefined {
  const { api, llm } = given;
  if (api === "chat" || api === "completion") return api;
  if (api === undefined && llm !== undefined) return "chat";
  const known = ["chat", "completion"];
  const message =
    typeof api === "string"
      ? `there is no API "${api}" of models. ${hintOf(api, known)}`
      : "it has no `api`. Add `api: chat` or `api: completion`.";
  problem(["api"], message);
  return undefined;
}

function readApi({ given, problem }: NodeBeingRead, file: DagFile): string | undefined {
  const { connection, provider } = given;
  const read = apiOfConnection(
    defined({ connection: textOf(connection), provider: textOf(provider) }),
    file.options,
  );
  if ("problem" in read) {
    problem(["connection"], read.problem);
    return undefined;
  }
  if (typeof connection === "string") file.connections.set(connection, read.api);
  return read.api;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * Reads the name of the model. Azure has deployments, the other APIs have models. It must be the
 * same for all lines, because limits are kept by model.
 */
function readModel({ inputs, problem }: NodeBeingRead, api = ""): string | undefined {
  const order = api === "azure-openai" ? modelKeys : [...modelKeys].reverse();
  const given = givenInputs(inputs);
  const key = order.find((name) => Object.hasOwn(given, name));
  const value = key === undefined ? undefined : given[key];
  if (key === undefined || !value) {
    problem(["inputs"], `it names no model. Add \`${order[0] ?? ""}\` to its \`inputs\`.`);
    return undefined;
  }
  if (value.kind !== "literal") {
    const message = `\`${key}\` is a reference. A limit belongs to a model, so write the model's name, or use one node for each model.`;
    problem(["inputs", key], message);
    return undefined;
  }
  return typeof value.value === "string" ? value.value : JSON.stringify(value.value);
}

interface OwnInputs {
  /** Inputs of the template, and parameters that are references. */
  readonly inputs: Readonly<Record<string, FlowValue>>;
  readonly parameters: JsonObject;
  readonly byReference: readonly string[];
}

function readOwn(node: NodeBeingRead, mode: ModelApi): OwnInputs {
  const inputs: Record<string, FlowValue> = {};
  const parameters: Record<string, JsonValue> = {};
  const byReference: string[] = [];
  for (const [name, value] of Object.entries(givenInputs(node.inputs))) {
    // `stream` is ignored, because the answer of a line is complete anyway.
    if (modelKeys.includes(name) || name === "stream") continue;
    if (!isParameter(mode, name)) {
      inputs[name] = value;
    } else if (value.kind === "literal") {
      const read = readParameter(mode, name, value.value);
      if ("value" in read) parameters[name] = read.value;
      else node.problem(["inputs", name], read.problem);
    } else {
      inputs[name] = value;
      byReference.push(name);
    }
  }
  return { inputs, parameters, byReference };
}
