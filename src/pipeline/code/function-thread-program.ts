/** The program of a thread of user code. It loads the bundles of a run. */
import { callError, serveCalls } from "../../executors/calls/serve-calls.js";
import type { FunctionTask, TaskValue, ThreadModule, ThreadModules } from "./function-task.js";
import { loadModule } from "./load-module.js";
import type { ModuleFacts, ModuleFunctions } from "./module-functions.js";
import { performTask } from "./perform-task.js";

type Loaded = Pick<ModuleFacts, "file" | "problem"> & ModuleFunctions;

async function load(module: ThreadModule): Promise<Loaded> {
  const { file } = module;
  try {
    return { file, ...(await loadModule(module)) };
  } catch (error) {
    return { file, problem: callError(error), functions: new Map() };
  }
}

await serveCalls<ThreadModules, readonly ModuleFacts[], FunctionTask, TaskValue>(
  async ({ modules }) => {
    const loaded: Loaded[] = [];
    for (const module of modules) loaded.push(await load(module));
    const byFile = new Map(loaded.map(({ file, functions }) => [file, functions]));
    return {
      facts: loaded.map(({ functions, ...module }) => ({
        ...module,
        functions: new Map([...functions].map(([name, { facts }]) => [name, facts])),
      })),
      perform: (task) => {
        const found = byFile.get(task.file)?.get(task.name);
        if (!found) throw new Error(`Expected a function ${task.file}#${task.name}.`);
        return performTask(found, task);
      },
    };
  },
);
