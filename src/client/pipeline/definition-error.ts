import { UserError } from "../../domain/failure/user-error.js";
import type { DefinitionProblem } from "../../pipeline/definition/definition-problem.js";

/** A text that is no pipeline, with every problem by its place. */
export class DefinitionError extends UserError {
  readonly problems: readonly DefinitionProblem[];

  constructor(file: string, problems: readonly DefinitionProblem[]) {
    const lines = problems.map((problem) => `  ${problemLine(problem)}`);
    super([`${file} is no pipeline:`, ...lines].join("\n"));
    this.problems = problems;
  }
}

/** A problem behind its place: `9:3: The step "gpt": …`. */
export function problemLine({ line, column, message }: DefinitionProblem): string {
  return line === undefined ? message : `${line}:${column ?? 1}: ${message}`;
}
