/** References of a flow: `${inputs.question}`, `${fetch.output.rows[0]['first name']}`. */
import type { JsonValue } from "../json/json.js";
import type { FlowNode, FlowValue, ValuePath } from "./flow.js";

export type ReferenceValue = Exclude<FlowValue, { readonly kind: "literal" }>;

export type ReadValue = { readonly value: FlowValue } | { readonly problem: string };

/**
 * Reads a value of a flow file. Text that is one whole `${…}` is a reference, anything else a
 * literal.
 *
 * @param inputs names of the flow's inputs, which may contain dots
 */
export function readValue(given: JsonValue, inputs: readonly string[] = []): ReadValue {
  if (typeof given !== "string" || !/^\$\{.+\}$/s.test(given)) {
    return { value: { kind: "literal", value: given } };
  }
  const text = given.slice(2, -1);
  const input = /^(?:inputs|flow)\.(.*)$/s.exec(text)?.[1];
  if (input !== undefined) return inputReference(given, input, inputs);
  const [, node = "", section, rest = ""] = /^([^.[]+)(?:\.([^.[]+))?(.*)$/s.exec(text) ?? [
    "",
    text,
  ];
  if (section !== undefined && section !== "output") {
    return {
      problem: `The reference ${given} reads \`${section}\` of the node "${node}". A node has \`output\` alone: \${${node}.output}.`,
    };
  }
  const path = readPath(rest);
  if (!path) return { problem: wrongPath(given) };
  return { value: { kind: "node", node, path } };
}

function inputReference(given: string, text: string, inputs: readonly string[]): ReadValue {
  const whole = inputs.includes(text);
  const [, name = text, rest = ""] = whole ? [] : (/^([^.[]*)(.*)$/s.exec(text) ?? []);
  const path = readPath(rest);
  if (!path || name === "") return { problem: wrongPath(given) };
  return { value: { kind: "input", input: name, path } };
}

function wrongPath(given: string): string {
  return `The reference ${given} can't be read. Write its parts as .name, ['name'] or [0].`;
}

/** Returns `undefined` for a text that is not a path. */
function readPath(text: string): ValuePath | undefined {
  const parts: (string | number)[] = [];
  let rest = text;
  while (rest !== "") {
    const [whole, word, single, double, index] =
      /^(?:\.([^.[\]]+)|\['(.*?)'\]|\["(.*?)"\]|\[(\d+)\])/s.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    parts.push(index === undefined ? (word ?? single ?? double ?? "") : Number(index));
    rest = rest.slice(whole.length);
  }
  return parts;
}

/** Returns the reference in the notation of a flow file. Equal references have the same text. */
export function referenceText(value: ReferenceValue): string {
  const path = value.path.map((part) => {
    if (typeof part === "number") return `[${part}]`;
    return /^\w+$/.test(part) ? `.${part}` : `['${part}']`;
  });
  const base = value.kind === "input" ? `inputs.${value.input}` : `${value.node}.output`;
  return `\${${base}${path.join("")}}`;
}

/** Returns all values that a node reads, its condition last. */
export function valuesOf({ inputs, activate }: FlowNode): readonly FlowValue[] {
  return [...Object.values(inputs), ...(activate ? [activate.when] : [])];
}

/** Returns the names of the nodes that a node reads, each once. */
export function nodesReadBy(node: FlowNode): readonly string[] {
  const names = valuesOf(node).flatMap((value) => (value.kind === "node" ? [value.node] : []));
  return [...new Set(names)];
}
