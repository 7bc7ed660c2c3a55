import type { JsonValue } from "../../domain/json/json.js";
import { defined } from "../../domain/defined.js";
import type {
  Added,
  ColumnOf,
  Fits,
  ItemOf,
  Known,
  KeyOf,
  Listed,
  MissingColumns,
  Renamed,
  Unlisted,
} from "./columns.js";
import { functionMark } from "../code/user-function.js";
import type { Draft, DraftStep } from "./draft.js";
import type { PipelineRouter } from "./routers.js";
import type { AnyStep, ManyOf, ReadsOf, Step, WritesOf } from "./step.js";

/** Carries the types of columns. It exists only for the compiler. */
declare const rowTypes: unique symbol;

type Names = Readonly<Record<string, string>>;

/**
 * Columns of the parent rows. After a step that makes several rows from one, these are the columns
 * of that row.
 */
type Parents<Columns, Outer extends readonly unknown[], Many> = Many extends true
  ? [Columns, ...Outer]
  : Outer;

export interface ExpandOptions {
  readonly name?: string;
  /** Some columns contain their list as JSON text. @default false */
  readonly encoded?: boolean;
}

/**
 * The rows after a step of a pipeline. Each method adds a step and returns the rows after it.
 *
 * @typeParam Columns the columns of the rows
 */
export class Rows<Columns, Outer extends readonly unknown[] = []> {
  declare readonly [rowTypes]?: Columns;
  /** Name of the step. */
  readonly step: string;
  readonly #draft: Draft;

  constructor(draft: Draft, step: string) {
    this.#draft = draft;
    this.step = step;
  }

  /** Adds a step that adds columns. */
  to<Reads, Writes, Many extends boolean>(
    step: Step<Reads, Writes, Many> & Fits<Columns, Reads>,
  ): Rows<Added<Columns, Writes>, Parents<Columns, Outer, Many>> {
    return this.#next(step);
  }

  /** Gives every row to each of several steps. */
  fanOut<const Steps extends readonly AnyStep[]>(
    ...steps: { [At in keyof Steps]: Steps[At] & Fits<Columns, ReadsOf<Steps[At]>> }
  ): Branches<BranchColumns<Columns, Steps>, Parents<Columns, Outer, ManyOf<Steps[number]>>> {
    return new Branches(
      this.#draft,
      steps.map((step) => this.#next<unknown>(step).step),
    );
  }

  /** Gives each row to the steps that a router chooses. */
  route<const Steps extends readonly AnyStep[]>(
    router: PipelineRouter<Columns>,
    ...steps: { [At in keyof Steps]: Steps[At] & Fits<Columns, ReadsOf<Steps[At]>> }
  ): Branches<BranchColumns<Columns, Steps>, Parents<Columns, Outer, ManyOf<Steps[number]>>> {
    this.#draft.route(this.step, router);
    return new Branches(
      this.#draft,
      steps.map((step) => this.#next<unknown>(step).step),
    );
  }

  /**
   * Makes a row from each item of a list, under the name given for its column. Several lists are
   * expanded in parallel.
   */
  expand<const Items extends Names>(
    columns: Items & Known<Columns, Items, string>,
    { name, encoded }: ExpandOptions = {},
  ): Rows<Added<Columns, Expanded<Columns, Items>>, [Columns, ...Outer]> {
    return this.#next({ name, definition: { use: "expand", columns, ...defined({ encoded }) } });
  }

  /**
   * Joins the rows of the latest `expand` into the row from which they were made, with a list for
   * each column.
   */
  collect<const Lists extends Names>(
    columns: Lists & Known<Columns, Lists, string>,
    name?: string,
  ): Outer extends readonly [infer Parent, ...infer Rest]
    ? Rows<Added<Parent, Listed<Columns, Lists>>, Rest>
    : NothingToCollect {
    const next = this.#next<unknown>({ name, definition: { use: "collect", columns } });
    // The value has this type whenever an expand comes before. Otherwise the compiler refuses later
    // steps.
    return next as never;
  }

  /** Drops the rows for which a Jinja expression, or your function, returns false. */
  filter(
    where: string | ((row: Columns) => boolean | Promise<boolean>),
    name?: string,
  ): Rows<Columns, Outer> {
    if (typeof where === "string")
      return this.#next({ name, definition: { use: "filter", where } });
    const definition = { use: "filter" as const, where: "#" };
    return this.#next({ name, definition, [functionMark]: { facts: {}, call: where } });
  }

  /** Removes all other columns. */
  keep<const Kept extends readonly string[]>(
    columns: { [At in keyof Kept]: Kept[At] & KnownColumn<Columns, Kept[At]> },
    name?: string,
  ): Rows<{ [Name in Kept[number] & keyof Columns]: Columns[Name] }, Outer> {
    return this.#next({ name, definition: { use: "keep", columns } });
  }

  /** Renames columns. Directly after a source, the renaming is part of the source. */
  rename<const Given extends Names>(
    columns: Given & Known<Columns, Given, string>,
    name?: string,
  ): Rows<Renamed<Columns, Given>, Outer> {
    if (name === undefined && this.#draft.renameAtSource(this.step, columns)) {
      return new Rows(this.#draft, this.step);
    }
    return this.#next({ name, definition: { use: "rename", columns } });
  }

  /** Puts the values of several columns into one list, which replaces these columns. */
  merge<const Merged extends readonly string[], const Output extends string>(
    columns: { [At in keyof Merged]: Merged[At] & KnownColumn<Columns, Merged[At]> },
    output: Output,
    name?: string,
  ): Rows<Added<Omit<Columns, Merged[number]>, { [Name in Output]: JsonValue[] }>, Outer> {
    return this.#next({ name, definition: { use: "merge", columns, output } });
  }

  /** Passes all rows at once to a function. */
  global<Reads, Writes>(
    step: Step<Reads, Writes> & Fits<Columns, Reads>,
  ): Rows<Added<Columns, Writes>> {
    return this.#next(step);
  }

  #next<Next, NextOuter extends readonly unknown[] = []>(step: DraftStep): Rows<Next, NextOuter> {
    const name = this.#draft.add(step);
    this.#draft.connect([this.step], [name]);
    return new Rows(this.#draft, name);
  }
}

/**
 * The rows after several steps, side by side.
 *
 * @typeParam Columns the columns of each branch, as a union
 */
export class Branches<Columns, Outer extends readonly unknown[] = []> {
  declare readonly [rowTypes]?: Columns;
  /** Names of the steps. */
  readonly steps: readonly string[];
  readonly #draft: Draft;

  constructor(draft: Draft, steps: readonly string[]) {
    this.#draft = draft;
    this.steps = steps;
  }

  /**
   * Joins the branches of a row, with a list for each of the named columns. A failed branch
   * contributes `null`.
   */
  group<const Lists extends Names>(
    name: string,
    columns: Lists & Known<Columns, Lists, string>,
  ): Rows<Added<Unlisted<Columns, Lists>, Listed<Columns, Lists>>, Outer> {
    return this.#next({ name, definition: { use: "group", columns } });
  }

  /** Joins the branches of a row, with all their columns side by side. */
  combine(name?: string): Rows<{ [Name in KeyOf<Columns>]: ColumnOf<Columns, Name> }, Outer> {
    return this.#next({ name, definition: { use: "combine" } });
  }

  /** Passes the rows of all branches at once to a function. */
  global<Reads, Writes>(
    step: Step<Reads, Writes> & Fits<Columns, Reads>,
  ): Rows<Added<Columns, Writes>> {
    return this.#next(step);
  }

  #next<Next, NextOuter extends readonly unknown[] = []>(step: DraftStep): Rows<Next, NextOuter> {
    const name = this.#draft.add(step);
    this.#draft.connect(this.steps, [name]);
    return new Rows(this.#draft, name);
  }
}

/** The columns of each branch, as a union. */
type BranchColumns<Columns, Steps extends readonly unknown[]> = {
  [At in keyof Steps]: Added<Columns, WritesOf<Steps[At]>>;
}[number];

type Expanded<Columns, Items> = {
  [Name in keyof Items as Extract<Items[Name], PropertyKey>]: ItemOf<Columns[Name & keyof Columns]>;
};

type KnownColumn<Columns, Name> = Name extends keyof Columns
  ? unknown
  : MissingColumns<Name, keyof Columns>;

/** The compiler prints this type for a `collect` without an `expand` before it. */
export interface NothingToCollect {
  readonly "No expand before this collect": never;
}
