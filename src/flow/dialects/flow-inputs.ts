/** The inputs that a flow file declares. */
import { defined } from "../../domain/defined.js";
import type { FlowInput, ValueType } from "../../domain/flow/flow.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { Findings, Path } from "./findings.js";

const types: Readonly<Record<string, ValueType>> = {
  string: "string",
  int: "int",
  double: "double",
  bool: "bool",
  list: "list",
  object: "object",
  image: "image",
  // promptflow's names for kinds of text.
  file_path: "string",
  prompt_template: "string",
  secret: "string",
};

/** Names that other tools use for the types. They only appear in hints. */
const otherNames: Readonly<Record<string, string>> = {
  integer: "int",
  float: "double",
  number: "double",
  boolean: "bool",
  str: "string",
  array: "list",
  dict: "object",
};

const keys = ["type", "default", "description", "enum", "is_chat_input", "is_chat_history"];

/** @param path of the inputs in the file */
export function readFlowInputs(
  given: JsonValue | undefined,
  findings: Findings,
  path: Path = ["inputs"],
): Readonly<Record<string, FlowInput>> {
  if (given === undefined || given === null) return {};
  if (!isJsonObject(given)) {
    const message = "Expected `inputs` to be an object with the inputs by name.";
    findings.problem(path, message);
    return {};
  }
  const entries = Object.entries(given).map(([name, input]) => [
    name,
    readInput(name, input, { findings, path: [...path, name] }),
  ]);
  // The entries are names with their inputs.
  return Object.fromEntries(entries) as Readonly<Record<string, FlowInput>>;
}

function readInput(
  name: string,
  given: JsonValue,
  { findings, path }: { readonly findings: Findings; readonly path: Path },
): FlowInput {
  if (typeof given === "string") return readInput(name, { type: given }, { findings, path });
  if (!isJsonObject(given)) {
    findings.problem(path, `The input "${name}": expected an object such as {type: string}.`);
    return { type: "object" };
  }
  findings.warnOfKeys(given, keys, path);
  const { type, default: fallback } = given;
  const known = typeof type === "string" ? types[type] : undefined;
  if (known === undefined) findings.problem([...path, "type"], typeProblem(name, type));
  // As in promptflow, a default of null means no default.
  return { type: known ?? "object", ...defined({ default: fallback ?? undefined }) };
}

function typeProblem(name: string, type: JsonValue | undefined): string {
  const all = "string, int, double, bool, list, object, image";
  if (type === undefined) return `The input "${name}" has no \`type\`. Known: ${all}.`;
  const meant = typeof type === "string" ? otherNames[type.toLowerCase()] : undefined;
  const hint = meant === undefined ? `Known: ${all}.` : `Did you mean "${meant}"?`;
  return `The input "${name}" has the type ${JSON.stringify(type)}, which does not exist. ${hint}`;
}
