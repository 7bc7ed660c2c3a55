import { chainTexts } from "../../domain/graph/definition/chain-text.js";
import { numberedName } from "../../domain/graph/check/names.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { Edge, Router } from "../../domain/graph/graph.js";
import { defined } from "../../domain/defined.js";
import { hintOf } from "../../domain/nearest-match.js";
import type { PipelineDefinition, StepDefinition } from "../definition/definition.js";
import { functionMark } from "../code/user-function.js";
import type { UserFunction } from "../code/user-function.js";
import { routeFunction } from "./routers.js";
import type { PipelineRouter } from "./routers.js";

export interface DraftStep {
  readonly name?: string | undefined;
  readonly definition: StepDefinition;
  readonly [functionMark]?: UserFunction | undefined;
  /** JSON Schema for the rows of a source. */
  readonly schema?: JsonObject;
}

/**
 * A pipeline while it is built. Its functions are named `#name`, because it does not know its
 * module.
 */
export class Draft {
  readonly functions = new Map<string, UserFunction>();
  /** JSON Schema for the rows of each source. */
  readonly schemas = new Map<string, JsonObject>();
  readonly #steps = new Map<string, StepDefinition>();
  readonly #edges: Edge[] = [];
  readonly #routers = new Map<string, Router>();

  /** Adds a step and returns its name. */
  add({ name, definition, schema, [functionMark]: given }: DraftStep): string {
    const own = name ?? numberedName(definition.use, new Set(this.#steps.keys()));
    if (this.#steps.has(own)) {
      throw new UserError(
        `Two steps are called "${own}". Give one of them another name: step.with({ name: "…" }).`,
      );
    }
    if (schema) this.schemas.set(own, schema);
    this.#steps.set(own, given ? named(definition, this.keep(own, given)) : definition);
    return own;
  }

  /** Stores a function and returns its name with a `#` in front. */
  keep(name: string, given: UserFunction): `#${string}` {
    const base = name.replace(/\W/g, "_").replace(/^(?=\d)/, "_");
    const free = this.functions.has(base)
      ? numberedName(base, new Set(this.functions.keys()))
      : base;
    this.functions.set(free, given);
    return `#${free}`;
  }

  connect(from: readonly string[], to: readonly string[]): void {
    for (const name of [...from, ...to]) this.#expectStep(name);
    this.#edges.push(...from.flatMap((each) => to.map((name) => ({ from: each, to: name }))));
  }

  /** Adds a router after a step. @throws UserError if the step already has a router */
  route<Columns>(from: string, router: PipelineRouter<Columns>): void {
    if (this.#routers.has(from) || this.#edges.some((edge) => edge.from === from)) {
      throw new UserError(
        `The step "${from}" has successors already, so a router can't choose from all of them. Route it before.`,
      );
    }
    this.#routers.set(
      from,
      router.kind === "sample"
        ? router
        : {
            kind: "own",
            use: this.keep(router.name, routeFunction(router)),
            ...defined({ per: router.per }),
          },
    );
  }

  /**
   * Renames columns that a source writes. Returns false for another kind of step, and for a source
   * with successors.
   */
  renameAtSource(name: string, columns: Readonly<Record<string, string>>): boolean {
    const definition = this.#steps.get(name);
    const isSource = definition?.use === "load" || definition?.use === "sample";
    if (!isSource || definition.outputs || this.#edges.some(({ from }) => from === name)) {
      return false;
    }
    this.#steps.set(name, { ...definition, outputs: columns });
    return true;
  }

  /** @param rest keys of the definition in addition to its steps */
  definition(
    name: string,
    rest: Omit<PipelineDefinition, "name" | "steps" | "edges">,
  ): PipelineDefinition {
    return {
      name,
      ...rest,
      steps: Object.fromEntries(this.#steps),
      edges: chainTexts(this.#edges, this.#routers),
    };
  }

  #expectStep(name: string): void {
    if (this.#steps.has(name)) return;
    throw new UserError(`There is no step "${name}". ${hintOf(name, [...this.#steps.keys()])}`);
  }
}

/** Returns the step with the name of its function, under the key for functions of its kind. */
function named(definition: StepDefinition, use: `#${string}`): StepDefinition {
  if (definition.use === "global" || definition.use === "load") {
    return { ...definition, function: use };
  }
  if (definition.use === "filter") return { ...definition, where: use };
  // Besides the kinds above, only function steps have a function.
  return { ...definition, use };
}
