import type { GivenFlags, SettingName } from "../../src/settings/resolve-settings.js";
import type { ExitCode } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";

/** A flag of one command that is not a setting. */
export interface Flag {
  readonly flag: `--${string}`;
  /** prompto's short spelling, e.g. `-i`. */
  readonly short?: `-${string}`;
  /** Name of the flag's value in `--help`; absent for a switch. */
  readonly takes?: string;
  /** May be given several times. @default false */
  readonly repeats?: true;
  /** Heading in `--help`, e.g. `Records:`. @default `Options:` */
  readonly group?: string;
  readonly description: string;
}

/** A call of a command. The command itself resolves the settings that it needs. */
export interface Invocation {
  /** The positional arguments. */
  readonly arguments: readonly string[];
  readonly flags: GivenFlags;
  /** The command's own flags, by name without dashes. */
  readonly ownFlags: Readonly<Record<string, string | boolean | readonly string[]>>;
  readonly terminal: Terminal;
}

/** One command: it parses, calls the library, and renders. */
export interface CliCommand {
  /** The settings that are flags of the command. */
  readonly settings: readonly SettingName[];
  /** Descriptions in `--help` in place of those of the settings' table. */
  readonly descriptions?: Partial<Readonly<Record<SettingName, string>>>;
  /** A sentence at the end of `--help`. */
  readonly note?: string;
  /** True if it uses only flags, because missing settings stay unchanged. @default false */
  readonly flagsAlone?: boolean;
  readonly flags?: readonly Flag[];
  readonly run: (invocation: Invocation) => Promise<ExitCode>;
}
