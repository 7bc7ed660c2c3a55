/**
 * The walk of one row. Branches work on copies; nothing is joined across rows. A walk depends only
 * on its row and on its host's answers, so a repetition with the same answers ends the same way.
 */
import { checkWritten, seenBy, withNothing, withWritten } from "./columns-of-step.js";
import { expand } from "./expand.js";
import { opensLevel } from "../graph.js";
import type { AddStep, CollectStep, CombineStep, GroupStep, Row, Step } from "../graph.js";
import { collected, conflictsOf, grouped, reachedOf, sideBySide, unreached } from "./join.js";
import { levelBehind } from "../levels.js";
import { isReshape, reshape, reshapeFailed } from "./reshape.js";
import { Routes } from "./routes.js";
import { Scope } from "./scope.js";
import { isCut } from "../segments.js";
import { failureOf, RowError } from "./step-value.js";
import type { FailedValue, StepValue } from "./step-value.js";
import { WalkEvents } from "./walk-events.js";
import type { WalkPlan } from "./walk-plan.js";
import type { LeafRow, SourceRows, StepPlace, WalkHost, WalkResult } from "./walk.js";

/**
 * Walks the rows of all sources at one position. Every step runs as soon as the steps before it
 * have a value for the row. Settles when all steps have a value. A row's failure is part of the
 * result.
 */
export async function walkRow(
  plan: WalkPlan,
  rows: SourceRows,
  host: WalkHost,
): Promise<WalkResult> {
  return new RowWalk(plan, rows, host).result();
}

class RowWalk {
  readonly #plan: WalkPlan;
  readonly #rows: SourceRows;
  readonly #host: WalkHost;
  readonly #events = new WalkEvents();
  readonly #routes: Routes;

  constructor(plan: WalkPlan, rows: SourceRows, host: WalkHost) {
    this.#plan = plan;
    this.#rows = rows;
    this.#host = host;
    this.#routes = new Routes(plan, host, (path, failure) => {
      this.#events.noteFailure(path, failure);
    });
  }

  async result(): Promise<WalkResult> {
    const root = this.#start(new Scope("", []));
    await root.settled();
    const rows: LeafRow[] = [];
    for (const leaf of this.#plan.leaves) rows.push(...(await this.#rowsOf(leaf, root)));
    return { rows, ...this.#events.summary((step) => this.#plan.placeOf(step)) };
  }

  /** Starts all steps of a level. Each step waits for the steps before it. */
  #start(scope: Scope): Scope {
    for (const step of this.#plan.stepsOf(scope.level)) {
      const value = this.#countedValueOf(step, scope);
      scope.values.set(step.name, value);
      if (opensLevel(step)) scope.children.set(step.name, this.#childrenOf(step, scope, value));
    }
    return scope;
  }

  async #countedValueOf(step: Step, scope: Scope): Promise<StepValue> {
    const value = await this.#valueOf(step, scope);
    const isCounted = !opensLevel(step) && !isCut(step.name);
    if (value.kind === "row" && isCounted) this.#events.noteDone(step.name);
    return value;
  }

  /**
   * Returns the value of a step. For a step that opens a level, it is the value of the row itself;
   * its children have their own values.
   */
  async #valueOf(step: Step, scope: Scope): Promise<StepValue> {
    if (step.kind === "source") {
      const row = this.#rows[step.name];
      return row ? { kind: "row", row: withWritten(step, {}, row) } : { kind: "elsewhere" };
    }
    if (step.kind === "collect") return this.#collect(step, scope);
    const branches = await this.#branchesOf(step, scope);
    if (step.kind === "group" || step.kind === "combine") return this.#join(step, branches);
    const [before] = reachedOf(branches);
    if (!before) return unreached(branches);
    if (before.kind === "failed" && step.accepts !== "errors") return passedOver(step, before);
    try {
      return await this.#run(step, before.row, scope);
    } catch (error) {
      return this.#failed(step, before.row, { scope, error });
    }
  }

  async #run(step: Step, row: Row, scope: Scope): Promise<StepValue> {
    if (opensLevel(step)) return { kind: "row", row };
    if (step.kind === "add") {
      return { kind: "row", row: withWritten(step, row, await this.#add(step, row, scope)) };
    }
    if (step.kind === "filter") {
      const holds = await this.#host.holds(step, seenBy(step, row), this.#placeOf(step, scope));
      return holds ? { kind: "row", row } : this.#drop(step);
    }
    if (isReshape(step)) return { kind: "row", row: reshape(step, row) };
    throw new Error(`Expected a step that a row walks through, got the ${step.kind} step.`);
  }

  async #add(step: AddStep, row: Row, scope: Scope): Promise<Row> {
    const [written, ...more] = await this.#written(step, row, scope);
    if (written && more.length === 0) return written;
    const got = written ? more.length + 1 : 0;
    throw new RowError("WrongResult", `Expected one result for a row, got ${got}.`);
  }

  async #written(step: AddStep, row: Row, scope: Scope): Promise<readonly Row[]> {
    const rows = await this.#host.add(step, seenBy(step, row), this.#placeOf(step, scope));
    for (const written of rows) checkWritten(step, written);
    return rows;
  }

  #join(step: GroupStep | CombineStep, branches: readonly StepValue[]): StepValue {
    const reached = reachedOf(branches);
    if (reached.length === 0) return unreached(branches);
    const listed = step.kind === "group" ? Object.keys(step.columns) : [];
    const conflicts = conflictsOf(reached).filter((column) => !listed.includes(column));
    this.#events.noteConflicts(step.name, conflicts);
    if (step.kind === "group") return { kind: "row", row: grouped(step, reached) };
    const failed = reached.find((branch) => branch.kind === "failed");
    return { ...(failed ?? { kind: "row" }), row: sideBySide(reached) };
  }

  /**
   * Returns the scopes of a row's children. A row that failed earlier, or whose children could not
   * be made, gets one failed child.
   */
  async #childrenOf(
    step: Step,
    scope: Scope,
    value: Promise<StepValue>,
  ): Promise<readonly Scope[]> {
    const before = await value;
    if (before.kind !== "row") return [this.#childOf(step, scope, { index: 0, value: before })];
    try {
      const added = await this.#childColumns(step, before.row, scope);
      const values = added.map((written): StepValue => {
        this.#events.noteDone(step.name);
        return { kind: "row", row: withWritten(step, before.row, written) };
      });
      if (values.length === 0) values.push(this.#drop(step));
      return values.map((child, index) => this.#childOf(step, scope, { index, value: child }));
    } catch (error) {
      const failed = this.#failed(step, before.row, { scope, error });
      return [this.#childOf(step, scope, { index: 0, value: failed })];
    }
  }

  async #childColumns(step: Step, row: Row, scope: Scope): Promise<readonly Row[]> {
    if (step.kind === "expand") return expand(step, seenBy(step, row));
    if (step.kind === "add") return this.#written(step, row, scope);
    throw new Error(
      `Expected a step that makes children, got the ${step.kind} step "${step.name}".`,
    );
  }

  #childOf(
    step: Step,
    { path, level }: Scope,
    child: { readonly index: number; readonly value: StepValue },
  ): Scope {
    const scope = new Scope(`${path}/${child.index}`, levelBehind(step, level));
    scope.values.set(step.name, Promise.resolve(child.value));
    return this.#start(scope);
  }

  async #collect(step: CollectStep, scope: Scope): Promise<StepValue> {
    const [predecessor = ""] = this.#plan.before(step.name);
    const opener = this.#plan.openerOf(predecessor);
    const parent = (await scope.values.get(opener)) ?? { kind: "elsewhere" };
    if (parent.kind === "failed") return { ...parent, row: withNothing(step, parent.row) };
    if (parent.kind !== "row") return parent;
    const children = (await scope.children.get(opener)) ?? [];
    const branches = await Promise.all(
      children.map(async (child) => this.#branchesOf(step, child)),
    );
    const reached = reachedOf(branches.flat());
    const [first] = reached;
    if (!first) return unreached(branches.flat());
    // The children themselves could not be made.
    if (first.kind === "failed" && first.failure.step === opener) {
      return { ...first, row: withNothing(step, parent.row) };
    }
    return { kind: "row", row: { ...parent.row, ...collected(step, reached) } };
  }

  /** Returns the values after the predecessors, as they reach this step. */
  async #branchesOf(step: Step, scope: Scope): Promise<readonly StepValue[]> {
    const before = this.#plan.before(step.name);
    const [only] = before;
    // Most steps have one predecessor. Fewer promises matter, because all promises of a row are
    // kept until it has ended.
    if (only !== undefined && before.length === 1) return [await this.#branch(only, step, scope)];
    return Promise.all(before.map(async (name) => this.#branch(name, step, scope)));
  }

  async #branch(from: string, step: Step, scope: Scope): Promise<StepValue> {
    const value = await scope.values.get(from);
    if (value?.kind !== "row" && value?.kind !== "failed") return value ?? { kind: "elsewhere" };
    const place = { path: scope.path, depth: this.#plan.depthOf(from) };
    const asked = this.#routes.behind(from, value.row, place);
    const route = asked instanceof Promise ? await asked : asked;
    if ("message" in route) return { kind: "failed", row: value.row, failure: route };
    return route.includes(step.name) ? value : { kind: "elsewhere" };
  }

  async #rowsOf(leaf: Step, scope: Scope): Promise<readonly LeafRow[]> {
    const opener = levelBehind(leaf, this.#plan.levelOf(leaf.name))[scope.level.length];
    if (opener !== undefined) {
      const children = (await scope.children.get(opener)) ?? [];
      const rows = await Promise.all(children.map(async (child) => this.#rowsOf(leaf, child)));
      return rows.flat();
    }
    const value = await scope.values.get(leaf.name);
    if (value?.kind !== "row" && value?.kind !== "failed") return [];
    const place = { leaf: leaf.name, path: scope.path, row: value.row };
    return [value.kind === "failed" ? { ...place, failure: value.failure } : place];
  }

  #failed(step: Step, row: Row, at: { readonly scope: Scope; readonly error: unknown }): StepValue {
    const failure = failureOf(step.name, at.error);
    this.#events.noteFailure(at.scope.path, failure);
    return { kind: "failed", row: withNothing(step, row), failure };
  }

  #drop(step: Step): StepValue {
    this.#events.noteDrop(step.name);
    return { kind: "dropped", step: step.name };
  }

  #placeOf({ name }: Step, { path }: Scope): StepPlace {
    return { path, depth: this.#plan.depthOf(name) };
  }
}

/**
 * Returns the value of a failed row after a step that did not run for it. The row gets the columns
 * that a good row has there.
 */
function passedOver(step: Step, before: FailedValue): StepValue {
  const row = isReshape(step) ? reshapeFailed(step, before.row) : withNothing(step, before.row);
  return { ...before, row };
}
