/** Reads promptflow's flows: a folder, `flow.dag.yaml`, `flow.flex.yaml` or a `.prompty` file. */
import { readdir } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { defined } from "../../domain/defined.js";
import type { RoleFlow } from "../../domain/flow/flow.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { pythonText } from "../../domain/json/python-text.js";
import { withMediaPaths } from "../../storage/rows/media-paths.js";
import { statIfThere } from "../../storage/files/stat-if-there.js";
import type { DagFile } from "./dag-file.js";
import { readDagFlow } from "./dag-flow.js";
import { Findings } from "./findings.js";
import { readFlexFlow } from "./flex-flow.js";
import { FlowFolder, includeOf } from "./flow-folder.js";
import type { FlowReading, Include, ReadFlowOptions, ReadProblem } from "./flow-reading.js";
import { overriddenFile } from "./overrides.js";
import { readPrompty, splitPrompty } from "./prompty.js";
import type { PromptyText } from "./prompty.js";

/** @param path path of a folder, or of a flow's file */
export async function readFlow(path: string, options: ReadFlowOptions): Promise<FlowReading> {
  const place = await fileOf(resolve(path));
  if (typeof place === "string") return refused(resolve(path), place);
  const { folder, file } = place;
  const text = (await new FlowFolder(folder).text(file)) ?? "";
  if (!file.endsWith(".prompty")) return readText({ ...place, text }, options);
  const prompty = splitPrompty(text);
  if (prompty) return readText({ ...place, text: prompty.head, prompty }, options);
  return refused(resolve(folder, file), noFrontMatter);
}

/**
 * Reads the text of a prompty file that code has loaded.
 *
 * @param prompty its absolute path, its text, and values that are merged deeply into its `model`
 */
export async function readPromptyText(
  { file, text, model }: LoadedPrompty,
  options: ReadFlowOptions,
): Promise<FlowReading> {
  const prompty = splitPrompty(text);
  if (!prompty) return refused(file, noFrontMatter);
  const place = { folder: dirname(file), file: basename(file) };
  return readText({ ...place, text: prompty.head, prompty, ...defined({ model }) }, options);
}

export interface LoadedPrompty {
  readonly file: string;
  readonly text: string;
  readonly model?: JsonObject;
}

const noFrontMatter =
  "Expected a front matter between two lines of `---`, and the template behind it.";

interface FlowText extends FlowPlace {
  /** YAML text. */
  readonly text: string;
  readonly prompty?: PromptyText;
  /** Values that are merged deeply into the `model` of a prompty. */
  readonly model?: JsonObject;
}

async function readText(
  { folder, file, text, prompty, model }: FlowText,
  options: ReadFlowOptions,
): Promise<FlowReading> {
  const findings = new Findings(file, text, prompty?.before);
  const read = flowObject(findings);
  const placed = read && withMediaPaths(read, folder);
  const whole = placed && model ? overridden(placed, { model }) : placed;
  const given = whole && overriddenFile(whole, options.overrides ?? {}, findings);
  const includes = await includesOf(given ?? {}, findings, folder);
  const connections = new Map(Object.entries(options.connections ?? {}));
  const reading = { findings, options, folder: new FlowFolder(folder, includes), connections };
  const flow = given && (await flowOf(given, reading, prompty));
  const variables = variablesIn(given ?? {}, findings);
  const problems = inOrder(findings.problems, file);
  return {
    ...(problems.length === 0 && defined({ flow })),
    problems,
    warnings: inOrder(findings.warnings, file),
    folder: resolve(folder),
    file,
    includes,
    connections: Object.fromEntries(connections),
    variables,
  };
}

/** Merges objects deeply. Any other value replaces the value before. */
function overridden(value: JsonObject, override: JsonObject): JsonObject {
  const entries = Object.entries(override).map(([key, item]) => {
    const before = value[key];
    const isMerged = isJsonObject(item) && isJsonObject(before);
    return [key, isMerged ? overridden(before, item) : item] as const;
  });
  return { ...value, ...Object.fromEntries(entries) };
}

function flowObject(findings: Findings): JsonObject | undefined {
  const value = findings.value();
  if (value === undefined || isJsonObject(value)) return value;
  findings.problem([], "Expected an object with the keys of a flow.");
  return undefined;
}

/** Sorts problems by their place in the flow's file. Problems of other files come last. */
function inOrder(found: readonly ReadProblem[], file: string): readonly ReadProblem[] {
  const rank = (problem: ReadProblem): readonly number[] => [
    problem.file === file ? 0 : 1,
    problem.line ?? 0,
    problem.column ?? 0,
  ];
  return [...found].sort((one, other) => {
    const ranks = rank(other);
    const difference = rank(one).map((value, index) => value - (ranks[index] ?? 0));
    return difference.find((value) => value !== 0) ?? 0;
  });
}

async function flowOf(
  given: JsonObject,
  file: DagFile,
  prompty: PromptyText | undefined,
): Promise<RoleFlow | undefined> {
  const { findings, options } = file;
  const isDag = !prompty && !Object.hasOwn(given, "entry");
  if (!isDag && options.variant !== undefined) {
    const message = `The variant "${options.variant}" is given, and only the nodes of a flow.dag.yaml have variants.`;
    findings.problem([], message);
  }
  if (prompty) return readPrompty(given, prompty, file);
  return isDag ? readDagFlow(given, file) : readFlexFlow(given, file);
}

interface FlowPlace {
  readonly folder: string;
  readonly file: string;
}

const flowFiles = "dag.yaml dag.yml flex.yaml flex.yml yaml yml"
  .split(" ")
  .map((ending) => `flow.${ending}`);

/** Returns the file of a flow, or a sentence with the reason why there is none. */
async function fileOf(path: string): Promise<FlowPlace | string> {
  const found = await statIfThere(path);
  if (!found) return "This path does not exist.";
  if (!found.isDirectory()) {
    if (/\.(ya?ml|prompty)$/i.test(path)) return { folder: dirname(path), file: basename(path) };
    return "Expected a folder, a YAML file or a .prompty file.";
  }
  const names = await readdir(path);
  const flows = flowFiles.filter((name) => names.includes(name));
  const [only, other] =
    flows.length > 0 ? flows : names.filter((name) => name.endsWith(".prompty")).sort();
  if (only === undefined) {
    return "There is no flow.dag.yaml, flow.flex.yaml, flow.chat.yaml or .prompty file in this folder. Name a file of code instead, such as score.py or score.ts.";
  }
  if (other === undefined) return { folder: path, file: only };
  return `There are several flows in this folder: ${[only, other].join(", ")}. Name the file of one.`;
}

function refused(path: string, message: string): FlowReading {
  const folder = dirname(path);
  const file = basename(path);
  return {
    problems: [{ file, message }],
    warnings: [],
    folder,
    file,
    includes: [],
    connections: {},
    variables: {},
  };
}

async function includesOf(
  given: JsonObject,
  findings: Findings,
  folder: string,
): Promise<readonly Include[]> {
  const entries = given["additional_includes"] ?? [];
  if (!isJsonArray(entries)) {
    findings.problem(
      ["additional_includes"],
      "Expected `additional_includes` to be a list of paths.",
    );
    return [];
  }
  const includes: Include[] = [];
  for (const [index, entry] of entries.entries()) {
    const include = typeof entry === "string" ? await includeOf(folder, entry) : undefined;
    if (include) includes.push(include);
    else {
      const message = `\`additional_includes\`: ${JSON.stringify(entry)} does not exist, seen from ${folder}.`;
      findings.problem(["additional_includes", index], message);
    }
  }
  return includes;
}

function variablesIn(given: JsonObject, findings: Findings): Readonly<Record<string, string>> {
  const variables = given["environment_variables"];
  if (!isJsonObject(variables)) return {};
  const entries = Object.entries(variables).flatMap(([name, value]) => {
    if (typeof value !== "string" || !/^\$\{[^}]+\}$/.test(value)) return [[name, textOf(value)]];
    const message = `The variable ${name} is left out: it reads ${value} of a connection, and code gets no keys.`;
    findings.warn(["environment_variables", name], message);
    return [];
  });
  // `flatMap` loses the type of the pairs.
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

/** Returns the text that promptflow gives to a variable. */
function textOf(value: JsonValue): string {
  const isNested = typeof value === "object" && value !== null;
  return isNested ? JSON.stringify(value) : pythonText(JSON.stringify(value));
}
