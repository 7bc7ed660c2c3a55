/** Reads the nodes of a `flow.dag.yaml`. */
import { defined } from "../../domain/defined.js";
import type { CodeNode, FlowNode, FlowValue } from "../../domain/flow/flow.js";
import { readValue } from "../../domain/flow/reference.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { hintOf } from "../../domain/nearest-match.js";
import type { DagFile } from "./dag-file.js";
import type { PlacedNode } from "./dag-variants.js";
import { defaultLanguages } from "./flow-reading.js";
import { givenInputs, sourcePath } from "./node-being-read.js";
import type { NodeBeingRead } from "./node-being-read.js";
import { readLlmNode } from "./llm-node.js";
import { readTemplate } from "./template-file.js";

const keys = (
  "name type source inputs tool connection provider module api activate aggregation reduce use_variants comment " +
  "enable_cache llm template parameters"
).split(" ");

/**
 * Reads a node. A node with a problem still has its name and its inputs, for the check of the
 * graph.
 */
export async function readDagNode(
  placed: PlacedNode,
  flowInputs: readonly string[],
  file: DagFile,
): Promise<FlowNode> {
  const { name, given, path } = placed;
  const { findings } = file;
  findings.warnOfKeys(given, keys, path);
  const problem = (place: readonly (string | number)[], message: string): void =>
    findings.problem([...path, ...place], `The node "${name}": ${message}`, name);
  const base = defined({
    name,
    activate: readCondition(given["activate"], flowInputs, problem),
    aggregation: given["aggregation"] === true || given["reduce"] === true ? true : undefined,
  });
  const inputs = readNodeInputs(given["inputs"], flowInputs, problem);
  const code = { language: "", file: "" };
  const typed = placed.isBroken
    ? undefined
    : await readTyped({ ...placed, inputs, base, problem }, file);
  return typed ?? { ...base, kind: "code", inputs, code };
}

async function readTyped(node: NodeBeingRead, file: DagFile): Promise<FlowNode | undefined> {
  const { given, base, problem } = node;
  const { type } = given;
  if (type === "custom_llm" || (type !== "csharp" && isPackage(given["source"]))) {
    problem(["source"], refusedTool(given));
    return undefined;
  }
  if (type === "llm") return readLlmNode(node, file);
  if (type !== "prompt") return readCodeNode(node, file);
  const template = await readTemplate(node, file, ["template"]);
  return template && { ...base, kind: "prompt", inputs: node.inputs, ...template };
}

function isPackage(source: JsonValue | undefined): boolean {
  const type = isJsonObject(source) ? source["type"] : undefined;
  return typeof type === "string" && type.startsWith("package");
}

function refusedTool({ type, source, tool }: JsonObject): string {
  const named = isJsonObject(source) ? source["tool"] : tool;
  const of = typeof named === "string" ? ` (\`${named}\`)` : "";
  if (type === "custom_llm") {
    return `its type custom_llm runs a tool of a Python package${of}, which Ostinato can't pace. Use \`type: llm\`, or call the model from a Python node.`;
  }
  return `its tool${of} is part of a Python package, which Ostinato does not load. Call the package from a Python node with \`source: {type: code, path: FILE.py}\`.`;
}

async function readCodeNode(node: NodeBeingRead, file: DagFile): Promise<CodeNode | undefined> {
  const { given, problem } = node;
  const { type } = given;
  const languages = file.options.languages ?? defaultLanguages;
  const language = type === "javascript" ? "typescript" : type;
  if (typeof language !== "string" || !languages.includes(language)) {
    problem(["type"], unknownType(type, languages));
    return undefined;
  }
  const path = await sourcePath(node, file);
  if (path === undefined) return undefined;
  const [code = path, name] = path.split("#");
  const place = { language, file: code, ...defined({ name }) };
  return { ...node.base, kind: "code", inputs: givenInputs(node.inputs), code: place };
}

function unknownType(type: JsonValue | undefined, languages: readonly string[]): string {
  const known = ["llm", "prompt", ...languages];
  if (type === undefined) return `it has no \`type\`. Known: ${known.join(", ")}.`;
  if (type === "csharp")
    return `it is written in C#, for which there is no executor. Register one.`;
  const hint = typeof type === "string" ? hintOf(type, known) : `Known: ${known.join(", ")}.`;
  return `there is no type ${JSON.stringify(type)} of nodes. ${hint}`;
}

function readNodeInputs(
  given: JsonValue | undefined,
  flowInputs: readonly string[],
  problem: NodeBeingRead["problem"],
): Readonly<Record<string, FlowValue>> {
  if (given === undefined || given === null) return {};
  if (!isJsonObject(given)) {
    problem(["inputs"], "expected `inputs` to be an object with its parameters by name.");
    return {};
  }
  const entries = Object.entries(given).flatMap(([parameter, value]) => {
    const read = readValue(value, flowInputs);
    if ("value" in read) return [[parameter, read.value] as const];
    problem(["inputs", parameter], `\`${parameter}\`: ${read.problem}`);
    return [];
  });
  return Object.fromEntries(entries);
}

function readCondition(
  given: JsonValue | undefined,
  flowInputs: readonly string[],
  problem: NodeBeingRead["problem"],
): FlowNode["activate"] {
  if (given === undefined || given === null) return undefined;
  const when = isJsonObject(given) ? given["when"] : undefined;
  const is = isJsonObject(given) ? given["is"] : undefined;
  if (when === undefined || is === undefined) {
    problem(
      ["activate"],
      "expected `activate` to have `when`, a reference, and `is`, the value that it must equal.",
    );
    return undefined;
  }
  const read = readValue(when, flowInputs);
  if ("value" in read) return { when: read.value, is };
  problem(["activate", "when"], `\`activate\`: ${read.problem}`);
  return undefined;
}
