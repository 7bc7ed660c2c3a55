import type { CliCommand } from "./command.js";

/** A command in the list of `--help`. */
export interface Entry {
  readonly name: string;
  /** Arguments in commander's form: `<NAME>` is required, `[NAME]` is optional. */
  readonly arguments: readonly string[];
  readonly summary: string;
  /** Heading in `--help`, e.g. `Results:`. @default `Commands:` */
  readonly group?: string;
  /**
   * Loads the command's code when it is called, so `--help` is fast. Absent if only its subcommands
   * can be called.
   */
  readonly load?: () => Promise<CliCommand>;
  /** Subcommands of the command. */
  readonly commands?: readonly Entry[];
}
