import type { GivenFlags, SettingName } from "../../src/settings/resolve-settings.js";
import type { ExitCode } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";

/** A flag of one command that is not a setting. */
export interface Flag {
  readonly flag: `--${string}`;
  /** Short spelling in prompto, e.g. `-i`. */
  readonly short?: `-${string}`;
  /** Name of the flag's value in `--help`; absent for a switch. */
  readonly takes?: string;
  /** True if the flag may be given several times. @default false */
  readonly repeats?: true;
  /** Heading in `--help`, e.g. `Records:`. @default `Options:` */
  readonly group?: string;
  readonly description: string;
}

/** A call of a command. The command itself resolves the settings that it needs. */
export interface Invocation {
  /** Positional arguments. */
  readonly arguments: readonly string[];
  readonly flags: GivenFlags;
  /** The command's own flags, by name without dashes. */
  readonly ownFlags: Readonly<Record<string, string | boolean | readonly string[]>>;
  readonly terminal: Terminal;
}

/** One command: it parses, calls the library, and renders. */
export interface CliCommand {
  /** Settings that are flags of the command. */
  readonly settings: readonly SettingName[];
  /** Descriptions in `--help` that replace those of the settings' table. */
  readonly descriptions?: Partial<Readonly<Record<SettingName, string>>>;
  /** Sentence at the end of `--help`. */
  readonly note?: string;
  /**
   * True if the command uses only flags, because missing settings stay unchanged. @default false
   */
  readonly flagsAlone?: boolean;
  readonly flags?: readonly Flag[];
  readonly run: (invocation: Invocation) => Promise<ExitCode>;
}
