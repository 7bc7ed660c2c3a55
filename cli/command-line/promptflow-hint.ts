/** The flag or argument of `batch run` for an option of `pf run create` that it lacks. */
const counterparts: ReadonlyMap<string, string> = new Map([
  ["--column-mapping", "Use --map INPUT=VALUE, once for each input."],
  ["--environment-variables", "Use --environment-variable NAME=VALUE, once for each variable."],
  ["--flow", "Give the flow as the argument: ostinato batch run FLOW."],
  ["--run", "Use --input run=NAME for the results of another run."],
]);

/** Returns `undefined` unless the command line gives promptflow's option to a batch command. */
export function promptflowHint(given: readonly string[], message: string): string | undefined {
  if (given[0] !== "batch") return undefined;
  const option = /unknown option '(--[\w-]+)/.exec(message)?.[1];
  return option === undefined ? undefined : counterparts.get(option);
}
