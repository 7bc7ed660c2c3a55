/** The part of the Jinja library that templates need. */
import { Environment, Template } from "@huggingface/jinja";

/** The syntax tree of a template. */
export interface Program {
  readonly body: readonly unknown[];
}

export interface ParsedTemplate {
  readonly program: Program;
  readonly render: (columns: Readonly<Record<string, unknown>>) => string;
}

/** Throws for a text that is no template. */
export function parseTemplate(text: string): ParsedTemplate {
  const template = new Template(text);
  // The library's declarations name their modules without a suffix, which this compiler can't
  // resolve.
  const program = template.parsed as unknown as Program;
  return { program, render: (columns) => template.render({ ...columns }) };
}

// The declaration of this class is in a module that the compiler can't resolve either.
const Known = Environment as new () => { readonly tests: ReadonlyMap<string, unknown> };

/** The tests that stand behind `is`. */
export const knownTests: readonly string[] = [...new Known().tests.keys()];
