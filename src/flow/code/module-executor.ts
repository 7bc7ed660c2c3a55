/** Executors made by a user's module. Each worker process loads the module by its path. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import type {
  ExecutorFactory,
  ExecutorPool,
  ExecutorSettings,
} from "../../executors/lines/executor.js";
import { isThere } from "../../storage/files/is-there.js";
import { lazyPool } from "../../executors/lines/lazy-pool.js";

const prefix = "module:";

export function isExecutorModule(kind: string): boolean {
  return kind.startsWith(prefix);
}

/**
 * Returns the kind of an executor with an absolute module path, which works in every worker. A kind
 * without a module stays unchanged.
 */
export function placedExecutor(kind: string, folder: string): string {
  return isExecutorModule(kind) ? `${prefix}${resolve(folder, pathIn(kind))}` : kind;
}

/**
 * Returns an executor from a module. Its methods throw a `UserError` if the module cannot be loaded
 * or makes no executor.
 */
export function moduleExecutor(kind: string, settings: ExecutorSettings): ExecutorPool {
  return lazyPool(async () => (await factoryIn(pathIn(kind)))(settings));
}

function pathIn(kind: string): string {
  return kind.slice(prefix.length);
}

async function factoryIn(path: string): Promise<ExecutorFactory> {
  const module = await load(path);
  const factory = module.default;
  // The result of the function is checked at the greeting.
  if (typeof factory === "function") return factory as ExecutorFactory;
  throw new UserError(
    `Expected the default export of ${JSON.stringify(path)} to be a function that makes an executor, got ${typeof factory}. See docs/executors.md.`,
  );
}

async function load(path: string): Promise<{ readonly default?: unknown }> {
  if (!(await isThere(path))) {
    throw new UserError(`There is no executor module ${JSON.stringify(path)}. Check the path.`);
  }
  try {
    // A module may export anything.
    return (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new UserError(
      `The executor module ${JSON.stringify(path)} can't be loaded: ${errorText(error)}. It must be JavaScript that Node can import.`,
      { cause: error },
    );
  }
}
