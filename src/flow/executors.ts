/** The executors of a run, by the language of its code. */
import { UserError } from "../domain/failure/user-error.js";
import { commandExecutor } from "../executors/lines/command-executor.js";
import type {
  ExecutorFactory,
  ExecutorPool,
  ExecutorSettings,
} from "../executors/lines/executor.js";
import { httpTransport } from "../executors/lines/http-transport.js";
import { LinePool } from "../executors/lines/line-pool.js";
import { pythonExecutor } from "../executors/lines/python-executor.js";
import { isExecutorModule, moduleExecutor } from "./code/module-executor.js";
import { typescriptExecutor } from "./code/typescript-executor.js";

const factories = new Map<string, ExecutorFactory>([
  ["javascript", typescriptExecutor],
  ["python", pythonExecutor],
  ["typescript", typescriptExecutor],
]);

/**
 * Adds a language to those of this process, or replaces one. Workers are other processes: a run
 * names a module, `module:./executor.mjs`, which each of them loads.
 */
export function registerExecutor(language: string, factory: ExecutorFactory): void {
  factories.set(language, factory);
}

/**
 * Makes a pool of executors. Nothing is started yet.
 *
 * @param kind a language; the address of a service, `http://127.0.0.1:8000/ostinato`; or a command
 *   line with a space or a slash, such as `./executor` or `perl executor.pl`; or a module that
 *   makes executors, `module:/path/executor.mjs`. Throws a `UserError` for a language without an
 *   executor.
 */
export function createExecutor(kind: string, settings: ExecutorSettings): ExecutorPool {
  const factory = factories.get(kind);
  if (factory) return factory(settings);
  if (isExecutorModule(kind)) return moduleExecutor(kind, settings);
  if (/^https?:\/\//.test(kind)) {
    // A service shares its work out itself.
    return new LinePool({ ...settings, most: 1 }, { transport: httpTransport(kind) });
  }
  if (/[\s/]/.test(kind)) return commandExecutor(kind, settings);
  const languages = [...factories.keys()].sort().join(", ");
  throw new UserError(
    `There is no executor for "${kind}". Use one of ${languages}, the address of a service, a module that makes executors (module:${kind}.mjs), or a command line: ./${kind}`,
  );
}
