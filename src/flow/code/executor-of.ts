import { availableParallelism } from "node:os";
import { join } from "node:path";
import { codePlacesOf } from "../../domain/flow/code-places.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { CodePlace, FlowRole, RoleFlow } from "../../domain/flow/flow.js";
import type { JsonObject } from "../../domain/json/json.js";
import { runPaths } from "../../storage/run/run-folder.js";
import { createExecutor } from "../executors.js";
import type { ExecutorPool } from "../../executors/lines/executor.js";
import { mostExecutors } from "./most-executors.js";

export interface FlowCode {
  readonly flow: RoleFlow;
  readonly connections: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Executor of the code: a language, a command, the URL of a service, or `module:PATH`. @default
   * the executor of the code's language
   */
  readonly executor?: string | undefined;
  /** Maximum number of lines in progress. */
  readonly workers: number;
}

/**
 * Returns the executor of a flow's code; `undefined` for a flow without code. Throws a `UserError`
 * for code in several languages without an executor of the user.
 *
 * @param folder folder of the run. Its subfolder `code` contains the flow's files or their bundles.
 */
export function executorOf(code: FlowCode, folder: string): ExecutorPool | undefined {
  const { flow, connections, variables, workers } = code;
  const places = codePlacesOf(flow);
  const [first] = places;
  if (!first) return undefined;
  if (code.executor === undefined) refuseSecondLanguage(first, places);
  const files = [...new Set(places.map(({ file }) => file))];
  const uses = places.map(({ file, name }) => (name === undefined ? file : `${file}#${name}`));
  const isBundled = first.language === "typescript";
  return createExecutor(code.executor ?? first.language, {
    setup: {
      folder: isBundled ? folder : join(folder, "code"),
      files,
      uses: [...new Set(uses)],
      init: initOf(flow),
      connections,
      variables,
    },
    most: mostExecutors(workers, {
      cores: availableParallelism(),
      freeBytes: process.availableMemory(),
    }),
  });
}

function refuseSecondLanguage(first: CodePlace, places: readonly CodePlace[]): void {
  const second = places.find(({ language }) => language !== first.language);
  if (!second) return;
  throw new UserError(
    `The code of a flow must be in one language, but ${first.file} is ${first.language} and ${second.file} is ${second.language}. Write both in one language, or run two flows: the second one reads the first with --input run=NAME.`,
  );
}

/**
 * Returns the folder of a chat group's role in a run's folder. It contains only the code of that
 * role.
 */
export function roleFolder(folder: string, index: number): string {
  return join(runPaths(folder).code, "roles", `${index}`);
}

/** Returns the executors of a chat group by role. A role without code has none. */
export function executorsOf(
  roles: readonly FlowRole[],
  { connections, workers }: Pick<FlowCode, "connections" | "workers">,
  folder: string,
): ReadonlyMap<string, ExecutorPool> {
  const pools = roles.flatMap(({ role, ...own }, index) => {
    const pool = executorOf({ ...own, connections, workers }, roleFolder(folder, index));
    return pool ? [[role, pool] as const] : [];
  });
  return new Map(pools);
}

/** Returns the arguments of a flow that is a class, by the place of its code. */
function initOf(flow: RoleFlow): Readonly<Record<string, JsonObject>> {
  if (flow.kind !== "code" || Object.keys(flow.init ?? {}).length === 0) return {};
  const { file, name } = flow.code;
  return { [name === undefined ? file : `${file}#${name}`]: flow.init ?? {} };
}
