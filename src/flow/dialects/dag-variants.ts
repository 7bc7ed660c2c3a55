/** Reads the nodes of a flow with the variants that a run uses. */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { hintOf } from "../../domain/nearest-match.js";
import type { DagFile } from "./dag-file.js";
import type { Path } from "./findings.js";
import { overriddenNode } from "./overrides.js";

export interface PlacedNode {
  readonly name: string;
  readonly given: JsonObject;
  /** Path of the node's keys, in `nodes` or in a variant. */
  readonly path: Path;
  /** Path of the node's name. */
  readonly named: Path;
  /** True if the node's variant cannot be read. The keys are then missing. */
  readonly isBroken: boolean;
}

export function chosenNodes(value: JsonObject, file: DagFile): readonly PlacedNode[] {
  const { nodes } = value;
  const variants = objectOf(value["node_variants"]);
  if (nodes !== undefined && nodes !== null && !isJsonArray(nodes)) {
    file.findings.problem(["nodes"], "Expected `nodes` to be a list of nodes.");
    return [];
  }
  const named = (isJsonArray(nodes) ? nodes : []).flatMap((node, index) =>
    namedNode(node, index, file),
  );
  refuseUnknownVariant(named, variants, file);
  const { overrides = {} } = file.options;
  return named.map((node) => {
    const isVaried = node.given["use_variants"] === true;
    const chosen = isVaried ? variantOf(node, variants, file) : node;
    if (!chosen) return { ...node, given: {}, isBroken: true };
    return { ...chosen, given: overriddenNode(node.name, chosen.given, overrides) };
  });
}

function namedNode(given: JsonValue, index: number, { findings }: DagFile): readonly PlacedNode[] {
  const path = ["nodes", index];
  if (!isJsonObject(given)) {
    findings.problem(
      path,
      `Expected \`nodes[${index}]\` to be an object with \`name\` and \`type\`.`,
    );
    return [];
  }
  const { name } = given;
  if (typeof name === "string" && /^[\w-]+$/.test(name))
    return [{ name, given, path, named: path, isBroken: false }];
  const got = name === undefined ? "no name" : `the name ${JSON.stringify(name)}`;
  const message = `\`nodes[${index}]\` has ${got}. A name has letters, digits, _ and - alone.`;
  findings.problem([...path, "name"], message);
  return [];
}

interface Chosen {
  readonly node: string;
  readonly variant: string;
}

/** Parses `summarize.variant_1`, or promptflow's form `${summarize.variant_1}`. */
function choiceOf(text: string | undefined): Chosen | undefined {
  const [, node = "", variant = ""] = /^(?:\$\{)?([^.{}]+)\.([^{}]+?)\}?$/.exec(text ?? "") ?? [];
  return variant === "" ? undefined : { node, variant };
}

function refuseUnknownVariant(
  nodes: readonly PlacedNode[],
  variants: JsonObject,
  { findings, options }: DagFile,
): void {
  const { variant } = options;
  if (variant === undefined) return;
  const choice = choiceOf(variant);
  const varied = nodes
    .filter(({ given }) => given["use_variants"] === true)
    .map(({ name }) => name);
  if (!choice) {
    const message = `The variant "${variant}" is no \`node.variant\`. Write it such as --variant summarize.variant_1.`;
    findings.problem(["node_variants"], message);
  } else if (!varied.includes(choice.node)) {
    const hint = varied.length === 0 ? "No node has variants." : hintOf(choice.node, varied);
    const message = `The variant "${variant}" names the node "${choice.node}", which has no variants. ${hint}`;
    findings.problem(["node_variants"], message);
  } else {
    const known = Object.keys(objectOf(objectOf(variants[choice.node])["variants"]));
    if (known.includes(choice.variant) || known.length === 0) return;
    const message = `The node "${choice.node}" has no variant "${choice.variant}". ${hintOf(choice.variant, known)}`;
    findings.problem(["node_variants", choice.node], message, choice.node);
  }
}

function variantOf(
  { name, path, named }: PlacedNode,
  variants: JsonObject,
  { findings, options }: DagFile,
): PlacedNode | undefined {
  const entry = variants[name];
  const choice = choiceOf(options.variant);
  const isChosen = choice?.node === name;
  const fallback = objectOf(entry)["default_variant_id"];
  const all = objectOf(objectOf(entry)["variants"]);
  const id = isChosen ? choice.variant : fallback;
  if (Object.keys(all).length === 0) {
    const message = `The node "${name}" uses variants, and \`node_variants\` has none for it. Add \`node_variants.${name}.variants\`, or remove \`use_variants\`.`;
    findings.problem([...path, "use_variants"], message, name);
    return undefined;
  }
  const place: Path = ["node_variants", name];
  if (typeof id !== "string") {
    const message = `The node "${name}" has no \`default_variant_id\`. Name one of its variants: ${Object.keys(all).join(", ")}.`;
    findings.problem(place, message, name);
    return undefined;
  }
  const given = objectOf(all[id])["node"];
  if (isJsonObject(given)) {
    return { name, given, path: [...place, "variants", id, "node"], named, isBroken: false };
  }
  if (isChosen) return undefined;
  const known = Object.keys(all);
  const message = known.includes(id)
    ? `The variant "${id}" of the node "${name}" has no \`node\`.`
    : `The default variant "${id}" of the node "${name}" does not exist. ${hintOf(id, known)}`;
  findings.problem([...place, "default_variant_id"], message, name);
  return undefined;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
