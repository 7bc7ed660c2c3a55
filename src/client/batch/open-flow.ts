import { basename, dirname, extname } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { hintOf } from "../../domain/nearest-match.js";
import type { CodeFlow, RoleFlow } from "../../domain/flow/flow.js";
import { safeName } from "../../domain/graph/check/names.js";
import { defined } from "../../domain/defined.js";
import { problemText } from "../../flow/dialects/flow-reading.js";
import type { Include, ReadProblem } from "../../flow/dialects/flow-reading.js";
import { readFlow } from "../../flow/dialects/read-flow.js";
import { isThere } from "../../storage/files/is-there.js";
import type { BatchSettings } from "./batch-settings.js";

/** A flow and the location of its code. */
export interface OpenedFlow {
  readonly kind: "flow";
  readonly flow: RoleFlow;
  /** Absolute path of the flow's folder. Paths of code files are relative to it. */
  readonly folder: string;
  /** True if the flow is a single file in a folder that may contain anything else. */
  readonly isFile: boolean;
  /** API for each connection of the flow. */
  readonly connections: Readonly<Record<string, string>>;
  /** Environment variables that the flow's file sets for its code. */
  readonly variables: Readonly<Record<string, string>>;
  /** Files and folders to add to a copy of the folder. */
  readonly includes: readonly Include[];
  readonly warnings: readonly string[];
}

/** Language of the executor by file suffix. */
const languages: Readonly<Record<string, string>> = {
  ".py": "python",
  ".ts": "typescript",
  ".mts": "typescript",
  ".cts": "typescript",
  ".js": "typescript",
  ".mjs": "typescript",
  ".cjs": "typescript",
};

/** Suffixes of files that describe a flow; the empty one is for a folder. */
const described = new Set([".yaml", ".yml", ".prompty", ""]);

/**
 * Opens a flow from a code file (`score.py#main`), or from a file or folder of promptflow. Throws a
 * `UserError` with every problem.
 *
 * @param place absolute path
 * @param apis names of the available APIs
 */
export async function openFlow(
  place: string,
  settings: BatchSettings,
  apis: readonly string[],
): Promise<OpenedFlow> {
  const { init, executor } = settings;
  const [path = "", name] = place.split("#");
  const language = languages[extname(path)] ?? (executor && languageBySuffix(path));
  if (language === undefined) return await openRead(place, settings, apis);
  if (!(await isThere(path))) {
    throw new UserError(`There is no flow ${path}. Check the path.`);
  }
  refuseOverrides(place, settings);
  refuseChoices(place, settings, apis);
  const file = basename(path);
  const flow: CodeFlow = {
    kind: "code",
    name: safeName(file.slice(0, -extname(file).length)),
    inputs: {},
    code: { language, file, ...defined({ name }) },
    ...defined({ init }),
  };
  return { flow, folder: dirname(path), ...nothingRead, connections: { ...settings.connections } };
}

/**
 * Throws a `UserError` for an unknown API, and for a variant of a flow that is code, because code
 * has no variants.
 */
function refuseChoices(
  place: string,
  { variant, connections = {} }: BatchSettings,
  apis: readonly string[],
): void {
  if (variant !== undefined) {
    throw new UserError(
      `--variant ${variant} chooses a variant of a flow.dag.yaml, and ${place} is code. Leave --variant out.`,
    );
  }
  for (const [name, api] of Object.entries(connections)) {
    if (apis.includes(api)) continue;
    throw new UserError(
      `--connection ${name}=${api}: there is no API ${JSON.stringify(api)}. ${hintOf(api, apis)}`,
    );
  }
}

/**
 * Throws a `UserError` if overrides are set for code or a chat group, because only a file with
 * nodes can be overridden.
 */
export function refuseOverrides(place: string, { overrides = {} }: BatchSettings): void {
  const [path] = Object.keys(overrides);
  if (path === undefined) return;
  throw new UserError(
    `--set ${path} changes a flow.dag.yaml, a flow.flex.yaml or a .prompty file, and ${place} is none of these. Leave --set out, and change the code.`,
  );
}

/** Returns the language of a file for an executor of the user: `go` for `score.go`. */
function languageBySuffix(path: string): string | undefined {
  const suffix = extname(path);
  return described.has(suffix) ? undefined : suffix.slice(1);
}

const nothingRead = {
  ...({ kind: "flow" } as const),
  variables: {},
  warnings: [],
  includes: [],
  isFile: true,
};

async function openRead(
  place: string,
  { connections = {}, init = {}, variant, overrides }: BatchSettings,
  apis: readonly string[],
): Promise<OpenedFlow> {
  const environment = process.env;
  const options = { apis, connections, init, environment, ...defined({ variant, overrides }) };
  const read = await readFlow(place, options);
  const { flow, problems, folder, includes, variables } = read;
  if (flow) {
    const warnings = read.warnings.map(problemText);
    const known = { ...connections, ...read.connections };
    const isFile = read.file.endsWith(".prompty");
    const shared = { isFile, includes, variables, connections: known, warnings };
    return { kind: "flow", flow, folder, ...shared };
  }
  throw refusedFlow(place, problems);
}

/** Returns the error for a flow with problems. */
export function refusedFlow(place: string, problems: readonly ReadProblem[]): UserError {
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  const lines = problems.map((problem) => `  ${problemText(problem)}`);
  return new UserError(
    `Found ${count} in the flow ${place}:\n${lines.join("\n")}\nNothing was run.`,
  );
}
