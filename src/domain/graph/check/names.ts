import type { Graph } from "../graph.js";
import type { Problem } from "./problem.js";

const sound = /^[\w-]+$/;

export function nameFaults(graph: Graph): readonly Problem[] {
  const names = graph.steps.map(({ name }) => name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [
    ...(sound.test(graph.name) ? [] : [{ message: unsound("pipeline", graph.name) }]),
    ...[...new Set(names)]
      .filter((name) => !sound.test(name))
      .map((step) => ({ step, message: unsound("step", step) })),
    ...[...repeated].map((step) => ({
      step,
      message: `Two steps are called "${step}". Give one of them another name.`,
    })),
  ];
}

function unsound(what: string, name: string): string {
  return `Expected the name of a ${what} to have letters, digits, "_" and "-" alone, got ${JSON.stringify(name)}. Try "${safeName(name)}".`;
}

/**
 * Returns a name derived from a text such as a model's name, with only letters, digits, `_` and
 * `-`: `gpt-4.1` becomes `gpt-4-1`.
 */
export function safeName(text: string): string {
  const safe = text.replace(/[^\w-]+/g, "-").replace(/^-+|-+$/g, "");
  return safe === "" ? "step" : safe;
}

/**
 * Returns a name for a step without one, numbered by kind: `text_generation_0`. Skips existing
 * names.
 */
export function numberedName(use: string, taken: ReadonlySet<string>): string {
  const kind = safeName(use).replaceAll("-", "_");
  for (let number = 0; ; number += 1) {
    const name = `${kind}_${number}`;
    if (!taken.has(name)) return name;
  }
}
