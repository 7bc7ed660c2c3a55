import { defined } from "../../domain/defined.js";
import type { Environment } from "../../domain/environment.js";
import { UserError } from "../../domain/failure/user-error.js";
import { placedExecutor } from "../../flow/code/module-executor.js";
import type { BatchSettings } from "./batch-settings.js";

/**
 * Adds the settings of promptflow's environment variables, unless they are given, and resolves the
 * path of a module. Throws a `UserError` for an environment variable that must be a whole number
 * above 0, and for a variable of the code that reads a connection.
 *
 * @param folder folder for relative paths
 */
export function completeBatchSettings<Settings extends BatchSettings>(
  settings: Settings,
  folder: string,
  env: Environment = process.env,
): Settings {
  refuseReferences(settings.variables ?? {});
  const { executor, workers, lineTimeoutMs, batchTimeoutMs } = settings;
  const inMs = (seconds: number | undefined): number | undefined =>
    seconds === undefined ? undefined : seconds * 1_000;
  return {
    ...settings,
    ...defined({
      executor: executor === undefined ? undefined : placedExecutor(executor, folder),
      workers: workers ?? countIn(env, "PF_WORKER_COUNT"),
      lineTimeoutMs: lineTimeoutMs ?? inMs(countIn(env, "PF_LINE_TIMEOUT_SEC")),
      batchTimeoutMs: batchTimeoutMs ?? inMs(countIn(env, "PF_BATCH_TIMEOUT_SEC")),
    }),
  };
}

function countIn(env: Environment, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new UserError(
    `Expected the variable ${name} to be a whole number above 0, got ${JSON.stringify(text)}. Correct it or unset it.`,
  );
}

/**
 * Refuses references to connections. promptflow replaces them with a value of the connection,
 * usually its key.
 */
function refuseReferences(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^\$\{[^}]+\}$/.test(value)) continue;
    throw new UserError(
      `The variable ${name} reads ${value} of a connection, and code gets no keys. Set it in the worker's environment under a name that does not end in _API_KEY.`,
    );
  }
}
