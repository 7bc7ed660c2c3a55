import { computed } from "../../computed.js";
import type { Row } from "../graph.js";
import { failureOf, RowError } from "./step-value.js";
import type { StepFailure } from "./step-value.js";
import type { WalkPlan } from "./walk-plan.js";
import type { StepPlace, WalkHost } from "./walk.js";

/**
 * The routes of one row's branches through the routers of a graph. A router is asked once per row.
 */
export class Routes {
  readonly #plan: WalkPlan;
  readonly #host: WalkHost;
  readonly #onFailure: (path: string, failure: StepFailure) => void;
  /** Chosen successors by step name and path. */
  readonly #known = new Map<string, Promise<readonly string[] | StepFailure>>();

  constructor(
    plan: WalkPlan,
    host: WalkHost,
    onFailure: (path: string, failure: StepFailure) => void,
  ) {
    this.#plan = plan;
    this.#host = host;
    this.#onFailure = onFailure;
  }

  /**
   * Returns the names of the successors that get the row, or the router's failure. Returns a
   * promise only if there is a router.
   */
  behind(
    step: string,
    row: Row,
    place: StepPlace,
  ): readonly string[] | Promise<readonly string[] | StepFailure> {
    if (!this.#plan.routerOf(step)) return this.#plan.behind(step);
    const key = `${step}${place.path}`;
    return computed(this.#known, key, () => this.#ask(step, row, place));
  }

  async #ask(name: string, row: Row, place: StepPlace): Promise<readonly string[] | StepFailure> {
    try {
      const step = this.#plan.routerOf(name);
      const chosen = step ? await this.#host.route(step, row, place) : [];
      checkChosen(name, chosen, this.#plan.routedTo(name));
      return chosen.map((successor) => this.#plan.leafOf(name, successor));
    } catch (error) {
      const failure = failureOf(name, error);
      this.#onFailure(place.path, failure);
      return failure;
    }
  }
}

function checkChosen(name: string, chosen: readonly string[], successors: readonly string[]): void {
  const unknown = chosen.find((successor) => !successors.includes(successor));
  if (unknown === undefined && chosen.length > 0) return;
  const got = unknown === undefined ? "none" : JSON.stringify(unknown);
  throw new RowError(
    "WrongRoute",
    `Expected the router behind "${name}" to name some of ${successors.join(", ")}, got ${got}.`,
  );
}
