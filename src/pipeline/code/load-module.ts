import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { ThreadModule } from "./function-task.js";
import { moduleFunctions } from "./module-functions.js";
import type { ModuleFunctions } from "./module-functions.js";

/** Loads the bundle of a user's module, in a thread of user code. */
export async function loadModule(module: ThreadModule): Promise<ModuleFunctions> {
  return moduleFunctions(await importBundle(module));
}

/** Returns the exports of a bundle, in a thread of user code. */
export async function importBundle({
  module,
  bundle,
}: ThreadModule): Promise<Readonly<Record<string, unknown>>> {
  // Stacks then name the user's own files and lines.
  process.setSourceMapsEnabled(true);
  // Bundled CommonJS packages call `require`, which an ES module does not have.
  Object.assign(globalThis, { require: createRequire(module) });
  // A module's exports can be of any type.
  return (await import(pathToFileURL(bundle).href)) as Readonly<Record<string, unknown>>;
}
