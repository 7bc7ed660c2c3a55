import { computed } from "../../computed.js";
import { leavesOf, predecessorsOf, successorsOf } from "../graph.js";
import type { Graph, Step } from "../graph.js";
import { isSame, levelBehind, levelsOf } from "../levels.js";
import type { Level } from "../levels.js";
import { orderOf } from "../order.js";
import { cutName, cutTarget, isCut } from "../segments.js";

/** A graph that is ready to be walked, with the data that all of its walks share. */
export class WalkPlan {
  readonly leaves: readonly Step[];
  readonly #order: readonly Step[];
  readonly #levels: ReadonlyMap<string, Level>;
  readonly #depths = new Map<string, number>();
  readonly #places: ReadonlyMap<string, number>;
  readonly #before: ReadonlyMap<string, readonly string[]>;
  readonly #behind: ReadonlyMap<string, readonly string[]>;
  readonly #routers: ReadonlyMap<string, Step>;
  readonly #levelSteps = new Map<string, readonly Step[]>();

  /** @param graph a graph that has passed the check */
  constructor(graph: Graph) {
    const ordered = orderOf(graph);
    if ("cycle" in ordered) throw new Error(`Expected no cycle, got ${ordered.cycle.join(", ")}.`);
    const steps = new Map(graph.steps.map((step) => [step.name, step]));
    this.leaves = leavesOf(graph);
    this.#order = ordered.order.flatMap((name) => steps.get(name) ?? []);
    this.#levels = levelsOf(graph).of;
    this.#places = new Map(ordered.order.map((name, place) => [name, place]));
    this.#before = new Map(ordered.order.map((name) => [name, predecessorsOf(graph, name)]));
    this.#behind = new Map(ordered.order.map((name) => [name, successorsOf(graph, name)]));
    this.#routers = new Map(
      this.#order.flatMap((step) => (step.router === undefined ? [] : [[step.name, step]])),
    );
    for (const { name } of this.#order) {
      const before = this.before(name).map((step) => this.#depths.get(step) ?? 0);
      this.#depths.set(name, Math.max(-1, ...before) + 1);
    }
  }

  /** Returns the steps of a level in a valid order. */
  stepsOf(level: Level): readonly Step[] {
    return computed(this.#levelSteps, level.join("\n"), () =>
      this.#order.filter(({ name }) => isSame(this.levelOf(name), level)),
    );
  }

  levelOf(step: string): Level {
    return this.#levels.get(step) ?? [];
  }

  /** Returns the step that opened the level after a step; the step itself if it opens one. */
  openerOf(step: string): string {
    const found = this.#order.find(({ name }) => name === step);
    return (found && levelBehind(found, this.levelOf(step)).at(-1)) ?? step;
  }

  depthOf(step: string): number {
    return this.#depths.get(step) ?? 0;
  }

  /** Returns a number that increases along the graph's order. */
  placeOf(step: string): number {
    return this.#places.get(step) ?? -1;
  }

  before(step: string): readonly string[] {
    return this.#before.get(step) ?? [];
  }

  behind(step: string): readonly string[] {
    return this.#behind.get(step) ?? [];
  }

  /** Returns the names among which the router of a step chooses. */
  routedTo(step: string): readonly string[] {
    return this.behind(step).map((name) => (isCut(name) ? cutTarget(name) : name));
  }

  /**
   * Returns the step of this graph that gets the rows for a successor. For a global step, it is a
   * leaf.
   */
  leafOf(step: string, successor: string): string {
    const cut = cutName(step, successor);
    return this.behind(step).includes(cut) ? cut : successor;
  }

  /** Returns the router of a step. */
  routerOf(step: string): Step | undefined {
    return this.#routers.get(step);
  }
}
