/** The part of the Jinja library that templates use. */
import { Environment, Template } from "@huggingface/jinja";

/** The syntax tree of a template. */
export interface Program {
  readonly body: readonly unknown[];
}

export interface ParsedTemplate {
  readonly program: Program;
  readonly render: (columns: Readonly<Record<string, unknown>>) => string;
}

/** Parses a template. Throws for a text that is not a template. */
export function parseTemplate(text: string): ParsedTemplate {
  const template = new Template(text);
  // The library's type declarations name their modules without a suffix, which this compiler cannot
  // resolve.
  const program = template.parsed as unknown as Program;
  return { program, render: (columns) => template.render({ ...columns }) };
}

// The declaration of this class is also in a module that the compiler cannot resolve.
const Known = Environment as new () => { readonly tests: ReadonlyMap<string, unknown> };

/** Names of the tests that can follow `is`. */
export const knownTests: readonly string[] = [...new Known().tests.keys()];
