import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { CodeFacts, CodeParameter } from "../../executors/lines/executor.js";
import { flowMark } from "../builder/flow-mark.js";
import type { ModuleFlow } from "../builder/flow-mark.js";
import type { Line, LineWork } from "../builder/line.js";
import { ownParameters } from "./own-parameters.js";

/** The code behind a name in a user's module. */
export interface ModuleCode {
  readonly parameters: readonly CodeParameter[];
  readonly run: (inputs: JsonObject, line: Line) => unknown;
  /** Function for all completed lines. */
  readonly aggregate?: (lines: unknown, work: LineWork) => unknown;
}

type AnyFunction = (...given: readonly unknown[]) => unknown;
type AnyClass = new (init: JsonObject) => Readonly<Record<string, unknown>>;

/**
 * The code of a module's exports, by name. A class has one instance, which is made at its first
 * use.
 */
export class FlowModule {
  readonly #file: string;
  readonly #init: Readonly<Record<string, JsonObject>>;
  readonly #exported: Readonly<Record<string, unknown>>;
  readonly #found = new Map<string, ModuleCode>();

  /** @param init constructor arguments of classes, by `file#name` or by file */
  constructor(
    file: string,
    exported: Readonly<Record<string, unknown>>,
    init: Readonly<Record<string, JsonObject>>,
  ) {
    this.#file = file;
    this.#exported = exported;
    this.#init = init;
  }

  /** @param name name of the export. @default the default export, or the only function */
  code(name = this.#defaultName()): ModuleCode {
    const known = this.#found.get(name);
    if (known) return known;
    const made = this.#make(name);
    this.#found.set(name, made);
    return made;
  }

  facts(): readonly CodeFacts[] {
    const isDefault = this.#isDefault();
    return this.#names().map((name) => {
      const { parameters, aggregate } = this.code(name);
      return {
        file: this.#file,
        name,
        isDefault: isDefault(name),
        parameters,
        aggregates: !!aggregate,
        // The function gets one object with all inputs, and may ignore keys.
        takesOthers: true,
      };
    });
  }

  #names(): readonly string[] {
    return Object.keys(this.#exported).filter((name) => {
      const value = this.#exported[name];
      return typeof value === "function" || flowOf(value) !== undefined;
    });
  }

  #isDefault(): (name: string) => boolean {
    const others = this.#names().filter((name) => name !== "aggregate");
    // The file of an aggregation node may export only a function with this name.
    const names = others.length === 0 ? this.#names() : others;
    return (name) => name === "default" || (names.length === 1 && names[0] === name);
  }

  #defaultName(): string {
    const name = this.#names().find(this.#isDefault());
    if (name !== undefined) return name;
    const names = this.#names().join(", ");
    throw new UserError(
      `${this.#file} has no default export to run${names === "" ? "" : ` (it exports ${names})`}. Export a function, a class or a flow as the default, or name one: ${this.#file}#NAME.`,
    );
  }

  #make(name: string): ModuleCode {
    const value = this.#exported[name];
    const ofModule = this.#exported["aggregate"];
    const aggregate =
      typeof ofModule === "function" && name !== "aggregate"
        ? // The types of parameters and results are known only when it runs, here and below.
          { aggregate: ofModule as AnyFunction }
        : {};
    const flow = flowOf(value);
    if (flow) {
      const { inputs, run } = flow;
      const parameters = Object.entries(inputs).map(([input, facts]) => ({
        name: input,
        required: facts.default === undefined,
        ...facts,
      }));
      return { parameters, run, ...aggregate };
    }
    if (isClass(value)) return this.#ofClass(name, value);
    if (typeof value === "function") {
      // The types of its arguments are unknown here.
      const run = value as ModuleCode["run"];
      return { parameters: ownParameters(run), run, ...aggregate };
    }
    const names = this.#names().join(", ");
    throw new UserError(
      `There is no function "${name}" in ${this.#file}${names === "" ? "" : ` (it exports ${names})`}.`,
    );
  }

  #ofClass(name: string, made: AnyClass): ModuleCode {
    const init = this.#init[`${this.#file}#${name}`] ?? this.#init[this.#file] ?? {};
    const instance = new made(init);
    const run = instance["run"];
    if (typeof run !== "function") {
      throw new UserError(
        `The class "${name}" in ${this.#file} has no method for a line. Write: async run(inputs, line) { … }`,
      );
    }
    const aggregate = instance["aggregate"];
    // The types of their arguments are unknown here.
    return {
      parameters: ownParameters(run as AnyFunction),
      run: (inputs, line) => (run as AnyFunction).call(instance, inputs, line),
      ...(typeof aggregate === "function" && {
        aggregate: (lines: unknown, work: LineWork) =>
          (aggregate as AnyFunction).call(instance, lines, work),
      }),
    };
  }
}

function flowOf(value: unknown): ModuleFlow | undefined {
  if (typeof value !== "object" || value === null || !(flowMark in value)) return undefined;
  // The mark is ours: only the builder sets it.
  return value[flowMark] as ModuleFlow;
}

function isClass(value: unknown): value is AnyClass {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}
