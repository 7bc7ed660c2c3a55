/** The flow of columns along the edges of a graph. */
import { opensLevel, predecessorsOf } from "../graph.js";
import type { CollectStep, Graph, GroupStep, Step } from "../graph.js";
import { levelBehind, levelsOf } from "../levels.js";
import { ownWritten, writtenColumns } from "../walk/columns-of-step.js";
import type { GraphCheck, Problem } from "./problem.js";

export interface Columns {
  /**
   * Columns of the rows that reach each step. A join has a list of columns for each branch, in the
   * order of its edges.
   */
  readonly before: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Columns of the rows after each step. */
  readonly behind: ReadonlyMap<string, readonly string[]>;
}

/** @param order order of the steps of a graph without other problems */
export function columnsOf(graph: Graph, order: readonly string[]): Columns {
  const before = new Map<string, readonly (readonly string[])[]>();
  const behind = new Map<string, readonly string[]>();
  const steps = new Map(graph.steps.map((step) => [step.name, step]));
  for (const name of order) {
    const step = steps.get(name);
    if (!step) continue;
    const branches = predecessorsOf(graph, name).map((each) => behind.get(each) ?? []);
    before.set(name, branches);
    const base = step.kind === "collect" ? parentColumns(graph, step, before) : union(branches);
    behind.set(name, columnsBehind(step, base));
  }
  return { before, behind };
}

/** Returns the columns of a collected row, which are those of the row that was expanded. */
function parentColumns(
  graph: Graph,
  { name }: CollectStep,
  before: Columns["before"],
): readonly string[] {
  const [from = ""] = predecessorsOf(graph, name);
  const predecessor = graph.steps.find((each) => each.name === from);
  const level = levelsOf(graph).of.get(from) ?? [];
  const opener = predecessor ? levelBehind(predecessor, level).at(-1) : undefined;
  return union(before.get(opener ?? "") ?? []);
}

function columnsBehind(step: Step, base: readonly string[]): readonly string[] {
  switch (step.kind) {
    case "keep":
      return step.columns;
    case "rename":
      return union([base.map((column) => step.columns[column] ?? column)]);
    case "merge":
      return union([base.filter((column) => !step.columns.includes(column)), [step.output]]);
    case "group": {
      const listed = Object.keys(step.columns).map((own) => step.inputs?.[own] ?? own);
      return union([base.filter((column) => !listed.includes(column)), writtenColumns(step)]);
    }
    case "source":
    case "add":
    case "global":
    case "expand":
    case "collect":
    case "combine":
    case "filter":
      return union([base, writtenColumns(step)]);
  }
}

export function columnFaults(graph: Graph, columns: Columns): Omit<GraphCheck, "columns"> {
  const problems = graph.steps.flatMap((step) => [
    ...mappingFaults(step),
    ...shadowedColumns(step, columns.before.get(step.name) ?? []),
    ...(columns.before.get(step.name) ?? []).flatMap((available, index) => {
      const branch = isJoin(step) ? predecessorsOf(graph, step.name)[index] : undefined;
      return missingColumns(step, available, branch);
    }),
  ]);
  return { problems, warnings: graph.steps.flatMap((step) => conflicts(graph, step, columns)) };
}

function isJoin({ kind }: Step): boolean {
  return kind === "group" || kind === "combine" || kind === "global";
}

/** Returns the columns that a step needs, under the row's names. */
export function requiredColumns(step: Step): readonly string[] {
  return ownRequired(step).map((own) => step.inputs?.[own] ?? own);
}

function ownRequired(step: Step): readonly string[] {
  switch (step.kind) {
    case "source":
    case "combine":
      return [];
    case "add":
    case "filter":
    case "global":
      return step.reads;
    case "keep":
    case "merge":
      return step.columns;
    case "rename":
    case "group":
    case "expand":
    case "collect":
      return Object.keys(step.columns);
  }
}

function missingColumns(
  step: Step,
  available: readonly string[],
  branch: string | undefined,
): readonly Problem[] {
  const missing = requiredColumns(step).filter((column) => !available.includes(column));
  if (missing.length === 0) return [];
  const from = branch === undefined ? "" : ` of "${branch}"`;
  const them = missing.length === 1 ? "it" : "them";
  const remedy =
    available.length === 0
      ? "Check that the source has rows."
      : `Write ${them} in a step before, or map another column with \`inputs\`.`;
  return [
    {
      step: step.name,
      message:
        `The step "${step.name}" requires the columns ${requiredColumns(step).join(", ")}${from}, ` +
        `and available are ${available.length === 0 ? "none" : available.join(", ")}: ` +
        `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing. ${remedy}`,
    },
  ];
}

/** Returns problems with mappings of columns that the step neither reads nor writes. */
function mappingFaults(step: Step): readonly Problem[] {
  const mayRead = step.kind === "add" ? (step.mayRead ?? []) : [];
  const sides = [
    { word: "inputs", given: step.inputs, own: [...ownRequired(step), ...mayRead], does: "reads" },
    { word: "outputs", given: step.outputs, own: ownWritten(step), does: "writes" },
  ];
  return sides.flatMap(({ word, given = {}, own, does }) =>
    Object.keys(given)
      .filter((column) => !own.includes(column))
      .map((column) => ({
        step: step.name,
        message: `The step "${step.name}" maps "${column}" in \`${word}\`, and ${does} ${own.length === 0 ? "no column" : own.join(", ")}. Name one of these, or remove the mapping.`,
      })),
  );
}

/**
 * Returns problems with columns that a global step would lose. It returns whole rows, so a column
 * with the target name of a mapping is lost.
 */
function shadowedColumns(step: Step, branches: readonly (readonly string[])[]): readonly Problem[] {
  if (step.kind !== "global") return [];
  const there = new Set(branches.flat());
  return Object.entries(step.inputs ?? {})
    .filter(([own, column]) => own !== column && there.has(own))
    .map(([own, column]) => ({
      step: step.name,
      message: `The step "${step.name}" reads "${column}" as "${own}", and its rows have a column "${own}", which would be lost. Rename that column in a step before.`,
    }));
}

/** Returns the columns that two branches of a join write. The join keeps only one of the values. */
function conflicts(graph: Graph, step: Step, { before, behind }: Columns): readonly Problem[] {
  if (step.kind !== "group" && step.kind !== "combine") return [];
  const names = predecessorsOf(graph, step.name);
  const listed = step.kind === "group" ? listedColumns(step) : [];
  const writers = new Map<string, string[]>();
  for (const name of names) {
    const brought = new Set((before.get(name) ?? []).flat());
    const isOpener = graph.steps.some((each) => each.name === name && opensLevel(each));
    const own = (behind.get(name) ?? []).filter((column) => isOpener || !brought.has(column));
    for (const column of own.filter((each) => !listed.includes(each))) {
      writers.set(column, [...(writers.get(column) ?? []), name]);
    }
  }
  return [...writers]
    .filter(([, by]) => by.length > 1)
    .map(([column, by]) => ({
      step: step.name,
      message: `The column "${column}" is written by ${by.map((name) => `"${name}"`).join(" and ")}, and "${step.name}" keeps the value of "${by.at(-1) ?? ""}". Group it, or rename it in one of them.`,
    }));
}

function listedColumns({ columns, inputs }: GroupStep): readonly string[] {
  return Object.keys(columns).map((own) => inputs?.[own] ?? own);
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())];
}
