import type { CodeFacts } from "./executor.js";

/** Returns the facts of a greeting, with defaults for values that an executor may leave out. */
export function codeFactsOf(facts: readonly Partial<CodeFacts>[]): readonly CodeFacts[] {
  return facts.map((given) => {
    const { file = "", name = "", parameters = [], isDefault, aggregates = false } = given;
    const { takesOthers = true } = given;
    const ofFile = facts.filter((each) => each.file === file);
    return {
      file,
      name,
      aggregates,
      takesOthers,
      isDefault: isDefault ?? ofFile.length === 1,
      parameters: parameters.map((parameter) => ({
        ...parameter,
        // A minimal executor does not send this field in its greeting.
        required: (parameter.required as boolean | undefined) ?? !("default" in parameter),
      })),
    };
  });
}
