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
 * Adds or replaces the executor of a language in this process. Workers are other processes. A run
 * that needs the executor there names a module, `module:./executor.mjs`, which each worker loads.
 */
export function registerExecutor(language: string, factory: ExecutorFactory): void {
  factories.set(language, factory);
}

/**
 * Makes a pool of executors, and starts nothing yet. Throws a `UserError` for a language without an
 * executor.
 *
 * @param kind one of these:
 * - a language
 * - the address of a service, `http://127.0.0.1:8000/ostinato`
 * - a command line with a space or a slash, such as `./executor` or `perl executor.pl`
 * - a module that makes executors, `module:/path/executor.mjs`
 */
export function createExecutor(kind: string, settings: ExecutorSettings): ExecutorPool {
  const factory = factories.get(kind);
  if (factory) return factory(settings);
  if (isExecutorModule(kind)) return moduleExecutor(kind, settings);
  if (/^https?:\/\//.test(kind)) {
    // A service distributes its work itself.
    return new LinePool({ ...settings, most: 1 }, { transport: httpTransport(kind) });
  }
  if (/[\s/]/.test(kind)) return commandExecutor(kind, settings);
  const languages = [...factories.keys()].sort().join(", ");
  throw new UserError(
    `There is no executor for "${kind}". Use one of ${languages}, the address of a service, a module that makes executors (module:${kind}.mjs), or a command line: ./${kind}`,
  );
}
