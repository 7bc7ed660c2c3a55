import type { Command } from "commander";
import { Option } from "commander";
import { defined } from "../../src/domain/defined.js";
import type { GivenFlags, SettingName } from "../../src/settings/resolve-settings.js";
import type { Option as SettingRow } from "../../src/settings/options/options.js";
import { optionGroupOf } from "../../src/settings/options/option-groups.js";
import { oppositeFlag, spellingsOf } from "../../src/settings/options/spellings-of.js";
import { options } from "../../src/settings/options/options.js";
import { rewriteArguments } from "../../src/settings/options/rewrite-arguments.js";
import type { CliCommand, Flag, Invocation } from "./command.js";

interface DeclaredFlags {
  /** Rewrites prompto's spellings for commander. */
  readonly rewrite: (given: readonly string[]) => readonly string[];
  /** Returns the given flags, after the command line is parsed. */
  readonly read: () => Pick<Invocation, "flags" | "ownFlags">;
}

/**
 * Declares a command's flags to commander, without defaults: a missing flag must fall back to the
 * variable and to `ostinato.json`.
 */
export function declareFlags(command: Command, definition: CliCommand): DeclaredFlags {
  const { settings, flags: ownFlags = [], flagsAlone = false, descriptions = {} } = definition;
  const isGrouped = settings.length > mostUngrouped;
  for (const name of settings) {
    const group = isGrouped ? optionGroupOf(name) : undefined;
    const { [name]: description = options[name].description } = descriptions;
    declareSetting(command, name, { showDefault: !flagsAlone, group, description });
  }
  for (const { flag, takes, description, repeats, group } of ownFlags) {
    const option = new Option(withValue(flag, takes), description);
    if (group !== undefined) option.helpGroup(group);
    command.addOption(repeats ? option.argParser(collect) : option);
  }
  showShorts(command, settings, ownFlags);
  addNotes(command, definition);
  const spellings = [
    ...spellingsOf(settings),
    ...ownFlags.map(({ flag, short, takes }) => ({
      flag,
      ...defined({ short }),
      takesValue: takes !== undefined,
    })),
    { flag: "--help", short: "-h", takesValue: false },
  ];
  return {
    rewrite: (given) => rewriteArguments(given, spellings),
    read: () => ({
      flags: readSettings(command, settings),
      ownFlags: readOwnFlags(command, definition),
    }),
  };
}

/** Adds the sentences at the end of the help. */
function addNotes(command: Command, { settings, flagsAlone = false, note }: CliCommand): void {
  if (note !== undefined) command.addHelpText("after", `\n${note}`);
  if (settings.length > 0 && !flagsAlone) command.addHelpText("after", settingsHelp(settings));
}

/**
 * Maximum number of flags without headings. A screen of 24 rows has no room for headings in a
 * shorter list.
 */
const mostUngrouped = 10;
/** Minimum number of columns beside a long flag for wrapping its description. */
const leastWrapped = 30;

interface Declared {
  readonly showDefault: boolean;
  readonly group: string | undefined;
  readonly description: string;
}

function declareSetting(
  command: Command,
  name: SettingName,
  { showDefault, group, description }: Declared,
): void {
  const row: SettingRow<unknown, unknown> = options[name];
  const { flag, takes, otherwise } = row;
  const { default: byDefault = otherwise } = options[name];
  const isShown = showDefault && takes !== undefined && byDefault !== undefined;
  const shown = isShown ? ` (default: ${String(byDefault)})` : "";
  const option = new Option(withValue(flag, takes), `${description}${shown}`);
  if (group !== undefined) option.helpGroup(group);
  if (takes !== undefined) {
    command.addOption(row.repeats ? option.argParser(collect) : option);
    return;
  }
  // The positive flag comes first, because commander makes a lone negative flag true by default.
  const opposite = new Option(oppositeFlag(flag)).hideHelp();
  const isNegative = flag.startsWith("--no-");
  command.addOption(isNegative ? opposite : option).addOption(isNegative ? option : opposite);
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function withValue(flag: string, takes: string | undefined): string {
  return takes === undefined ? flag : `${flag} <${takes}>`;
}

function showShorts(
  command: Command,
  settings: readonly SettingName[],
  ownFlags: readonly Flag[],
): void {
  const shorts = new Map<string, string | undefined>([
    ...settings.map((name) => [options[name].flag, options[name].short] as const),
    ...ownFlags.map(({ flag, short }) => [flag, short] as const),
  ]);
  command.configureHelp({
    minWidthToWrap: leastWrapped,
    optionTerm(option) {
      const short = option.short ?? shorts.get(option.long ?? "");
      const long = option.flags.replace(/^-\w, /, "");
      return short === undefined ? `     ${long}` : `${`${short},`.padEnd(4)} ${long}`;
    },
  });
}

function settingsHelp(settings: readonly SettingName[]): string {
  const example =
    options[settings.find((name) => name === "requestsPerMinute") ?? settings[0] ?? "json"];
  return [
    "",
    "You can also set these in environment variables and in ostinato.json in the",
    `current folder, e.g. ${example.flag} as ${example.variable} or "${example.key}".`,
    "A flag overrides a variable, and a variable overrides the file.",
  ].join("\n");
}

function readSettings(command: Command, settings: readonly SettingName[]): Invocation["flags"] {
  const flags: Partial<Record<SettingName, string | boolean | readonly string[]>> = {};
  for (const name of settings) {
    const value = given(command, options[name].flag);
    if (value !== undefined) flags[name] = value;
  }
  return flags;
}

function readOwnFlags(command: Command, { flags = [] }: CliCommand): Invocation["ownFlags"] {
  return Object.fromEntries(
    flags.flatMap(({ flag }) => {
      const value = given(command, flag);
      return value === undefined ? [] : [[flag.slice(2), value]];
    }),
  );
}

function given(command: Command, flag: string): GivenFlags[SettingName] {
  const attribute = new Option(flag).attributeName();
  // commander returns text for a flag with a value, a list for a repeatable one, and a boolean for
  // a switch.
  return command.getOptionValueSource(attribute) === "cli"
    ? (command.getOptionValue(attribute) as GivenFlags[SettingName])
    : undefined;
}
