import { defined } from "../../../src/domain/defined.js";
import type { Flag, Invocation } from "../../command-line/command.js";
import { grouped } from "../../command-line/grouped.js";
import { listFlag, textFlag } from "../../command-line/text-flag.js";

/** The flags of every command that reads a pipeline. */
export const definitionFlags = grouped("Definition:", [
  {
    flag: "--set",
    takes: "STEP.KEY=VALUE",
    repeats: true,
    description: "value over the definition, e.g. gpt.parameters.temperature=0.7",
  },
  {
    flag: "--parameters",
    takes: "FILE",
    description: "values over the definition by step, in YAML or JSON",
  },
  {
    flag: "--sha256",
    takes: "HASH",
    description: "SHA-256 of the pipeline's text, required for a URL",
  },
]);

export const dataFlag: Flag = {
  flag: "--data",
  takes: "FILE",
  description: "rows for a pipeline without a source",
};

export interface DefinitionOptions {
  readonly sets: readonly string[];
  readonly parametersFile?: string;
  readonly sha256?: string;
}

export function definitionOptions(invocation: Invocation): DefinitionOptions {
  return {
    sets: listFlag(invocation, "set"),
    ...defined({
      parametersFile: textFlag(invocation, "parameters"),
      sha256: textFlag(invocation, "sha256"),
    }),
  };
}
