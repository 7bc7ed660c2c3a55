import { defined } from "../../domain/defined.js";
import type { StepDefinition } from "../definition/definition.js";
import type { Draft } from "./draft.js";
import type { PipelineRouter } from "./routers.js";
import { Branches, Rows } from "./rows.js";
import type { Source } from "./sources.js";
import type { AnyStep } from "./step.js";

/** A step for `connect`: its name, or the rows after it. */
type StepPoint = string | { readonly step: string };

type ColumnsBehind<Given> = Given extends Rows<infer Columns, readonly unknown[]> ? Columns : never;

/** Argument of the function that builds a pipeline. Its methods add steps to the pipeline. */
export class PipelineBuilder {
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /**
   * Adds a source of rows.
   *
   * @param options `limit` is the maximum number of rows, from the first
   */
  load<Columns>(
    name: string,
    source: Source<Columns>,
    options: { readonly limit?: number } = {},
  ): Rows<Columns> {
    const definition = { ...source.definition, ...defined({ limit: options.limit }) };
    return new Rows(this.#draft, this.#draft.add({ ...source, definition, name }));
  }

  /** Puts the rows of several chains side by side, so that they can be grouped or combined. */
  join<const Given extends readonly { readonly step: string }[]>(
    ...rows: Given
  ): Branches<ColumnsBehind<Given[number]>> {
    return new Branches(
      this.#draft,
      rows.map(({ step }) => step),
    );
  }

  /**
   * Adds a step without edges, for graphs that a chain cannot express. Its columns are compared by
   * the pipeline's check, not by the compiler. Returns its name.
   *
   * @param step a step, a source, or a step as in a pipeline's file
   */
  step(name: string, step: AnyStep | Source<unknown> | StepDefinition): string {
    return this.#draft.add("definition" in step ? { ...step, name } : { definition: step, name });
  }

  /** Adds edges from one or several steps to one or several other steps, in this order. */
  connect(
    from: StepPoint | readonly StepPoint[],
    to: StepPoint | readonly StepPoint[],
    router?: PipelineRouter<never>,
  ): void {
    const sources = namesOf(from);
    if (router) for (const source of sources) this.#draft.route(source, router);
    this.#draft.connect(sources, namesOf(to));
  }
}

function namesOf(points: StepPoint | readonly StepPoint[]): readonly string[] {
  const list = isList(points) ? points : [points];
  return list.map((point) => (typeof point === "string" ? point : point.step));
}

/** Narrows to a readonly array, which `Array.isArray` cannot. */
function isList(points: StepPoint | readonly StepPoint[]): points is readonly StepPoint[] {
  return Array.isArray(points);
}
