import type { GivenFlags, SettingName } from "../../src/settings/resolve-settings.js";
import type { ExitCode } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";

/** A flag of one command, which is no setting. */
export interface Flag {
  readonly flag: `--${string}`;
  /** As prompto has it, `-i` for instance. */
  readonly short?: `-${string}`;
  /** What follows it, as `--help` shows it; none for a switch. */
  readonly takes?: string;
  readonly description: string;
}

/** What a command was called with. Settings are resolved by the command, which knows which it needs. */
export interface Invocation {
  /** The positional arguments. */
  readonly arguments: readonly string[];
  readonly flags: GivenFlags;
  /** The command's own flags, by their name without dashes. */
  readonly ownFlags: Readonly<Record<string, string | boolean>>;
  readonly terminal: Terminal;
}

/** One command: it parses, calls the library, and renders. */
export interface CliCommand {
  /** The settings that it takes as flags. */
  readonly settings: readonly SettingName[];
  /** It takes its settings from flags alone, since what is not given stays as it is. @default false */
  readonly flagsAlone?: boolean;
  readonly flags?: readonly Flag[];
  readonly run: (invocation: Invocation) => Promise<ExitCode>;
}
