/** Adds the executors' facts about the code to a flow: parameters, their types and defaults. */
import { defined } from "../domain/defined.js";
import { hintOf, inBackticks } from "../domain/nearest-match.js";
import type {
  CodeFlow,
  CodeNode,
  CodePlace,
  FlowInput,
  RoleFlow,
  ValueType,
} from "../domain/flow/flow.js";
import type { CodeFacts, CodeParameter } from "../executors/lines/executor.js";

export interface FactedFlow {
  readonly flow: RoleFlow;
  /** Problems of nodes or of the flow, one sentence each. */
  readonly problems: readonly string[];
}

/** Adds the inputs of a flow that is code, and the optional parameters of nodes. */
export function withCodeFacts(flow: RoleFlow, facts: readonly CodeFacts[]): FactedFlow {
  if (flow.kind === "code") return ofCode(flow, factsOf(flow.code, facts));
  const problems: string[] = [];
  const nodes = flow.nodes.map((node) => {
    const known = node.kind === "code" ? factsOf(node.code, facts) : undefined;
    if (node.kind !== "code" || !known) return node;
    problems.push(...missingInputs(node, known), ...unknownInputs(node, known));
    const optional = known.parameters.filter(({ required }) => !required).map(({ name }) => name);
    return optional.length === 0 ? node : { ...node, optional };
  });
  return { flow: { ...flow, nodes }, problems };
}

function factsOf({ file, name }: CodePlace, facts: readonly CodeFacts[]): CodeFacts | undefined {
  return facts.find((fact) => {
    if (fact.file !== file) return false;
    return name === undefined ? fact.isDefault : fact.name === name;
  });
}

function missingInputs({ name, inputs }: CodeNode, { parameters, ...code }: CodeFacts): string[] {
  const missing = parameters
    .filter((parameter) => parameter.required && !Object.hasOwn(inputs, parameter.name))
    .map((parameter) => `\`${parameter.name}\``);
  if (missing.length === 0) return [];
  return [
    `The node "${name}": the function ${code.name} of ${code.file} needs ${missing.join(", ")}. Add it to the \`inputs\` of the node, or give the parameter a default.`,
  ];
}

function unknownInputs({ name, inputs }: CodeNode, { parameters, ...code }: CodeFacts): string[] {
  if (code.takesOthers) return [];
  const known = parameters.map((parameter) => parameter.name);
  return Object.keys(inputs)
    .filter((input) => !known.includes(input))
    .map((input) => {
      const hint = known.length === 0 ? "It has no parameters." : hintOf(input, known, inBackticks);
      return `The node "${name}": the function ${code.name} of ${code.file} has no parameter \`${input}\`. ${hint}`;
    });
}

/**
 * Adds the facts to a flow that is code. The declared inputs come first, because a file may declare
 * types that the code does not declare.
 */
function ofCode(flow: CodeFlow, known: CodeFacts | undefined): FactedFlow {
  if (!known) return { flow, problems: [] };
  if (flow.code.name === undefined && known.name === "aggregate") {
    const message = `The flow has no function for a line: ${known.file} has \`aggregate\` alone. Add a function that takes the inputs of a line.`;
    return { flow, problems: [message] };
  }
  const own = known.parameters
    .filter(({ name }) => !Object.hasOwn(flow.inputs, name))
    // Only the code knows a default that is not a JSON value.
    .filter((parameter) => parameter.required || parameter.default !== undefined)
    .map((parameter) => [parameter.name, inputOf(parameter)] as const);
  const declared = Object.entries(flow.inputs).map(([name, input]) => {
    const fallback = known.parameters.find((parameter) => parameter.name === name)?.default;
    return [name, { ...defined({ default: fallback }), ...input }] as const;
  });
  const inputs = Object.fromEntries([...declared, ...own]);
  const aggregates = known.aggregates ? true : undefined;
  // A JavaScript function takes one object and may not declare the keys that it reads.
  const tells = flow.code.language === "python";
  const problems =
    tells && Object.keys(inputs).length === 0
      ? [
          `The flow has no inputs: the function ${known.name} of ${known.file} has no parameters. Give it one.`,
        ]
      : [];
  return { flow: { ...flow, inputs, ...defined({ aggregates }) }, problems };
}

const types: readonly string[] = ["string", "int", "double", "bool", "list", "object", "image"];

function inputOf({ type, default: fallback }: CodeParameter): FlowInput {
  // Code that declares no type gets the value unchanged.
  return { type: isValueType(type) ? type : "any", ...defined({ default: fallback }) };
}

function isValueType(type: string | undefined): type is ValueType {
  return type !== undefined && types.includes(type);
}
