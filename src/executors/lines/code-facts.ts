import type { CodeFacts } from "./executor.js";

/** The facts of a greeting, with the values that an executor may leave out. */
export function factsOf(facts: readonly Partial<CodeFacts>[]): readonly CodeFacts[] {
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
        // The field is missing in the greeting of a minimal executor.
        required: (parameter.required as boolean | undefined) ?? !("default" in parameter),
      })),
    };
  });
}
