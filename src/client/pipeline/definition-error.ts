import { UserError } from "../../domain/failure/user-error.js";
import type { DefinitionProblem } from "../../pipeline/definition/definition-problem.js";

/** Thrown for a text that is not a valid pipeline. Lists every problem with its place. */
export class DefinitionError extends UserError {
  readonly problems: readonly DefinitionProblem[];

  constructor(file: string, problems: readonly DefinitionProblem[]) {
    const lines = problems.map((problem) => `  ${problemLine(problem)}`);
    super([`${file} is no pipeline:`, ...lines].join("\n"));
    this.problems = problems;
  }
}

/** Formats a problem with its place, e.g. `9:3: The step "gpt": …`. */
export function problemLine({ line, column, message }: DefinitionProblem): string {
  return line === undefined ? message : `${line}:${column ?? 1}: ${message}`;
}
