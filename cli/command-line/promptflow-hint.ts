/** The flag or argument of `batch run` for each option of `pf run create` that it does not have. */
const counterparts: ReadonlyMap<string, string> = new Map([
  ["--column-mapping", "Use --map INPUT=VALUE, once for each input."],
  ["--environment-variables", "Use --environment-variable NAME=VALUE, once for each variable."],
  ["--flow", "Give the flow as the argument: ostinato batch run FLOW."],
  ["--run", "Use --input run=NAME for the results of another run."],
]);

/**
 * Returns a hint; `undefined` unless the command line passes promptflow's option to a batch
 * command.
 */
export function promptflowHint(given: readonly string[], message: string): string | undefined {
  if (given[0] !== "batch") return undefined;
  const option = /unknown option '(--[\w-]+)/.exec(message)?.[1];
  return option === undefined ? undefined : counterparts.get(option);
}
