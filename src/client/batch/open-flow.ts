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

/** A flow with the place of its code. */
export interface OpenedFlow {
  readonly kind: "flow";
  readonly flow: RoleFlow;
  /** Absolute. The code's files are relative to it. */
  readonly folder: string;
  /** The flow is one file, and its folder is not the flow's own. */
  readonly isFile: boolean;
  /** Each connection of the flow with the API that it stands for. */
  readonly connections: Readonly<Record<string, string>>;
  /** Environment that the flow's file gives its code. */
  readonly variables: Readonly<Record<string, string>>;
  /** Files and folders that belong into a copy of the folder. */
  readonly includes: readonly Include[];
  readonly warnings: readonly string[];
}

/** By suffix: the language whose executor runs a file. */
const languages: Readonly<Record<string, string>> = {
  ".py": "python",
  ".ts": "typescript",
  ".mts": "typescript",
  ".cts": "typescript",
  ".js": "typescript",
  ".mjs": "typescript",
  ".cjs": "typescript",
};

/** Suffixes of files that describe a flow, and of a folder. */
const described = new Set([".yaml", ".yml", ".prompty", ""]);

/**
 * Opens a flow from a file of code (`score.py#main`), a file or folder of promptflow's. Throws a
 * `UserError` with every problem.
 *
 * @param place absolute
 * @param apis the names of the APIs that can be asked
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

/** Throws a `UserError` for a variant, which code has none of, and for an unknown API. */
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

/** Throws a `UserError` if code or a chat group, which have no file with nodes, has changes. */
export function refuseOverrides(place: string, { overrides = {} }: BatchSettings): void {
  const [path] = Object.keys(overrides);
  if (path === undefined) return;
  throw new UserError(
    `--set ${path} changes a flow.dag.yaml, a flow.flex.yaml or a .prompty file, and ${place} is none of these. Leave --set out, and change the code.`,
  );
}

/** The language of a file that an executor of the user runs: `go` for `score.go`. */
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

/** The error for a flow with problems. */
export function refusedFlow(place: string, problems: readonly ReadProblem[]): UserError {
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  const lines = problems.map((problem) => `  ${problemText(problem)}`);
  return new UserError(
    `Found ${count} in the flow ${place}:\n${lines.join("\n")}\nNothing was run.`,
  );
}
