/** The program of a thread of flows. It loads the bundles of a run. */
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { AggregateMessage, Hello, RunMessage } from "../../executors/lines/protocol.js";
import { serveLines } from "../../executors/lines/serve-lines.js";
import type { TaskRequests, TaskResult } from "../../executors/lines/serve-lines.js";
import type { ThreadModules } from "../../pipeline/code/function-task.js";
import { jsonOf } from "../../pipeline/code/json-of.js";
import { importBundle } from "../../pipeline/code/load-module.js";
import { ownStack } from "../../pipeline/code/own-stack.js";
import { plainFile } from "./flow-code.js";
import { FlowModule } from "./flow-module.js";
import type { LineWork } from "../builder/line.js";
import { lineOfTask, workOfTask } from "./line-of-task.js";
import { settledText } from "./settled-text.js";

const rules = { noun: "output", whole: "JSON as the output", keepsNumbers: true };

function outputOf(value: unknown): JsonValue {
  try {
    return jsonOf(value ?? null, rules);
  } catch (error) {
    // `jsonOf` throws only errors.
    throw Object.assign(error as Error, { name: "WrongResult" });
  }
}

serveLines<ThreadModules>(async ({ modules }, hello: Hello) => {
  const init = initOf(hello);
  const loaded = new Map<string, FlowModule>();
  for (const module of modules) {
    const file = plainFile(module.file);
    try {
      loaded.set(file, new FlowModule(file, await importBundle(module), init));
      loaded.get(file)?.facts();
    } catch (error) {
      if (error instanceof UserError) throw error;
      // A thrown value that is not an error has no message and no stack.
      const { message, stack } = error as Error;
      const trace = ownStack(stack, module.module);
      throw new UserError([`${file} can't be loaded: ${message}`, ...trace].join("\n"));
    }
  }
  const moduleOf = (file: string): FlowModule => {
    const found = loaded.get(plainFile(file));
    if (!found) throw new UserError(`There is no module ${file} in this run.`);
    return found;
  };
  for (const use of hello.uses ?? []) {
    const [file = "", name] = use.split("#");
    moduleOf(file).code(name);
  }
  return {
    facts: [...loaded.values()].flatMap((module) => module.facts()),
    run: (task: RunMessage, requests: TaskRequests) => {
      const { line, kept } = lineOfTask(task, requests);
      const code = moduleOf(task.file).code(task.name);
      const value = settledText(code.run(task.inputs, line));
      if (!(value instanceof Promise) && !kept()) return { value: outputOf(value) };
      return Promise.resolve(value).then(async (given) => {
        await kept();
        return { value: outputOf(given) };
      });
    },
    aggregate: async (task: AggregateMessage, requests: TaskRequests): Promise<TaskResult> => {
      const code = moduleOf(task.file);
      const { name, lines, inputs } = task;
      const { work, kept } = workOfTask(task, requests);
      const settled = async (given: unknown): Promise<TaskResult> => {
        const value = await settledText(given);
        await kept();
        return { value: outputOf(value) };
      };
      if (!lines) {
        // A node that aggregates gets its lists, and belongs to no line.
        const node = code.code(name).run as (inputs: JsonObject, work: LineWork) => unknown;
        return settled(node(inputs, work));
      }
      const { aggregate } = code.code(name === "aggregate" ? undefined : name);
      if (!aggregate) throw new UserError(`${task.file} has no function named aggregate.`);
      return settled(aggregate(lines, work));
    },
  };
});

function initOf({ init }: Hello): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(Object.entries(init).map(([key, value]) => [plainFile(key), value]));
}
