import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { computedOnce } from "../../domain/computed.js";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { problemOfOwnApi, toProvider } from "./own-api.js";
import type { OwnApi } from "./own-api.js";
import type { Provider } from "../provider.js";
import { createRegistry, providerNames } from "./registry.js";
import type { Registry } from "./registry.js";

/**
 * Opens a registry. @param modules absolute paths of a user's APIs. Throws a `UserError` for an
 * invalid module.
 */
export type OpenRegistry = (modules: readonly string[]) => Promise<Registry>;

/**
 * Opens registries with a user's own APIs in addition to the built-in APIs. Experiments with the
 * same modules share their adapters. An experiment keeps its adapters if a module changes later.
 */
export function createOpenRegistry(): OpenRegistry {
  const providers = new Map<string, Promise<Provider>>();
  const load = async (path: string): Promise<Provider> => {
    const url = await versionOf(path);
    // A failed load is not cached, because the user may fix the module.
    return computedOnce(providers, url, async () => importApi(path, url));
  };
  return async (modules) => {
    const own: Provider[] = [];
    for (const path of new Set(modules)) {
      const provider = await load(path);
      refuseTaken(path, provider.name, own);
      own.push(provider);
    }
    return createRegistry(own);
  };
}

/** Node loads a module once per URL, so the version makes a changed module load again. */
async function versionOf(path: string): Promise<string> {
  try {
    const hash = createHash("sha256").update(await readFile(path));
    return `${pathToFileURL(path).href}?${hash.digest("hex").slice(0, 16)}`;
  } catch (error) {
    const why = errorText(error);
    throw new UserError(
      `Expected a module with an API at ${JSON.stringify(path)}, got: ${why}. Check the path that --provider names.`,
      { cause: error },
    );
  }
}

async function importApi(path: string, url: string): Promise<Provider> {
  let module: unknown;
  try {
    module = await import(url);
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new UserError(
      `The API module ${JSON.stringify(path)} can't be loaded: ${why}. It must be JavaScript that Node can import.`,
      { cause: error },
    );
  }
  // An imported module is an object with its exports.
  const api = (module as { readonly default?: unknown }).default;
  const problem = problemOfOwnApi(api);
  if (problem !== undefined) {
    throw new UserError(
      `Expected the default export of ${JSON.stringify(path)} to be ${problem}. See docs/own-apis.md.`,
    );
  }
  // `problemOfOwnApi` has checked the members.
  return toProvider(api as OwnApi);
}

function refuseTaken(path: string, name: string, own: readonly Provider[]): void {
  const isOurs = providerNames.includes(name);
  if (!isOurs && !own.some((provider) => provider.name === name)) return;
  throw new UserError(
    `The API module ${JSON.stringify(path)} is named ${JSON.stringify(name)}, as ${isOurs ? "one of Ostinato's own APIs" : "another of --provider"} is. Give it another name.`,
  );
}
