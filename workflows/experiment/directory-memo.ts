import { defined } from "../../src/domain/defined.js";
import type { Stage } from "../../src/domain/experiment/stages.js";
import type { ExperimentMemo } from "../messages.js";

/**
 * True for an experiment with several stages. The only stage of an ordinary experiment is the main
 * stage.
 */
export function isStaged(stages: readonly Stage[]): boolean {
  return stages.length > 1 || stages[0]?.kind !== "main";
}

interface Directories {
  /** State folders by stage name. */
  readonly directories: ReadonlyMap<string, string>;
  /** State folder of the running stage. */
  readonly directory: string;
}

/** Returns the places of an experiment's files, for users and for commands without a worker. */
export function directoryMemo(
  stages: readonly Stage[],
  { directories, directory: running }: Directories,
): Pick<ExperimentMemo, "directory" | "stages"> {
  const named = stages.map((stage) => {
    const directory = directories.get(stage.name);
    return { ...stage, ...defined({ directory }) };
  });
  const main = named.find(({ kind }) => kind === "main")?.directory;
  return { directory: main ?? running, ...(isStaged(stages) && { stages: named }) };
}
