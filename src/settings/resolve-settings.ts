import { dirname, join } from "node:path";
import type { JsonValue } from "../domain/json/json.js";
import { UserError } from "../domain/failure/user-error.js";
import type { Option } from "./options/options.js";
import { options, runSettingNames } from "./options/options.js";
import { readSettingsFile } from "./settings-file.js";
import type { RunSettings, Settings } from "./settings.js";

export type SettingName = keyof Settings;

const settingsFileName = "ostinato.json";

/** Flags from the command line. A repeatable flag has a list. */
export type GivenFlags = Readonly<
  Partial<Record<SettingName, string | boolean | readonly string[]>>
>;

/** The sources of settings. An earlier field overrides a later one. */
export interface SettingSources {
  readonly flags: GivenFlags;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of `ostinato.json`. Relative paths are resolved against it. */
  readonly folder: string;
}

export interface ResolvedSettings<Name extends SettingName> {
  readonly values: Readonly<Pick<Settings, Name>>;
  /**
   * Source of each value: `--max-queries`, `OSTINATO_MAX_QUERIES`, `ostinato.json` or `default`.
   */
  readonly sources: Readonly<Record<Name, string>>;
}

interface Given {
  readonly value: unknown;
  readonly source: string;
}

/**
 * Resolves the settings of a command. Flags override variables, variables override `ostinato.json`,
 * and `ostinato.json` overrides defaults. Throws a `UserError` for an invalid value.
 */
export function resolveSettings<Name extends SettingName>(
  names: readonly Name[],
  from: SettingSources,
): ResolvedSettings<Name> {
  const file = readSettingsFile(
    join(from.folder, settingsFileName),
    Object.values(options).map(({ key }) => key),
  );
  const values: Partial<Record<Name, unknown>> = {};
  const sources: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const given = find(name, from, file);
    sources[name] = given.source;
    if (given.value !== undefined) values[name] = check(name, given, from.folder);
    else if (name === "file") throw missingFile();
  }
  return {
    // The table's type ties each row's schema to its setting, but a loop over names loses that
    // type.
    values: Object.freeze(values) as Readonly<Pick<Settings, Name>>,
    sources: Object.freeze(sources) as Readonly<Record<Name, string>>,
  };
}

/**
 * Reads those of the named settings that the command line sets. Throws a `UserError` for an invalid
 * value.
 */
export function readFlags<Name extends SettingName>(
  names: readonly Name[],
  from: Pick<SettingSources, "flags" | "folder">,
): Readonly<Partial<Pick<Settings, Name>>> {
  const values: Partial<Record<Name, unknown>> = {};
  for (const name of names) {
    const value = from.flags[name];
    if (value === undefined) continue;
    const source = flagSpelling(options[name], value);
    values[name] = check(name, { value, source }, from.folder);
  }
  // The loop loses the type, as in resolveSettings.
  return Object.freeze(values) as Readonly<Partial<Pick<Settings, Name>>>;
}

/**
 * Completes the settings of a run with defaults, for library code. The CLI uses `resolveSettings`.
 * Throws a `UserError` for an invalid value.
 */
export function completeRunSettings(
  given: Partial<RunSettings> & Pick<RunSettings, "file">,
  folder: string = process.cwd(),
): RunSettings {
  return completeSettings(runSettingNames, given, folder);
}

/**
 * Completes the named settings with defaults, for library code. Throws a `UserError` for an invalid
 * value.
 */
export function completeSettings<Name extends SettingName>(
  names: readonly Name[],
  given: Partial<Pick<Settings, Name>>,
  folder: string = process.cwd(),
): Readonly<Pick<Settings, Name>> {
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const option: Option<unknown, unknown> = options[name];
    const value: unknown = given[name];
    if (value !== undefined) {
      // In code a duration is a number of milliseconds. In text it has a unit.
      const isText = typeof value === "string" || Array.isArray(value);
      const read = isText ? option.read(value, folder) : value;
      values[name] = checked(name, read, { value, source: "code" });
    } else if (option.default !== undefined) {
      values[name] = check(name, { value: option.default, source: "default" }, folder);
    }
  }
  // Each value passed its own row's schema, as in resolveSettings.
  return Object.freeze(values) as Readonly<Pick<Settings, Name>>;
}

/**
 * Reads the settings of one experiment from a file with the keys of `ostinato.json`. Relative paths
 * are resolved against the file. Throws a `UserError` for an invalid value.
 */
export function readExperimentSettings<Name extends SettingName>(
  names: readonly Name[],
  path: string,
): Readonly<Partial<Pick<Settings, Name>>> {
  const file = readSettingsFile(
    path,
    names.map((name) => options[name].key),
  );
  const values: Partial<Record<Name, unknown>> = {};
  for (const name of names) {
    const { key } = options[name];
    const value = file[key];
    if (value === undefined) continue;
    values[name] = check(name, { value, source: `\`${key}\` in ${path}` }, dirname(path));
  }
  // The loop loses the type, as in resolveSettings.
  return Object.freeze(values) as Readonly<Partial<Pick<Settings, Name>>>;
}

function find(
  name: SettingName,
  from: SettingSources,
  file: Readonly<Record<string, JsonValue>>,
): Given {
  const option: Option<unknown, unknown> = options[name];
  const flag = from.flags[name];
  if (flag !== undefined) return { value: flag, source: flagSpelling(option, flag) };
  const variable = from.environment[option.variable];
  if (variable !== undefined && variable !== "") {
    return { value: variable, source: option.variable };
  }
  const inFile = file[option.key];
  if (inFile !== undefined) {
    return { value: inFile, source: `\`${option.key}\` in ${settingsFileName}` };
  }
  return { value: option.default, source: "default" };
}

function flagSpelling(
  option: Option<unknown, unknown>,
  value: string | boolean | readonly string[],
): string {
  if (typeof value !== "boolean") return option.flag;
  const positive = option.flag.replace(/^--no-/, "--");
  return value ? positive : positive.replace(/^--/, "--no-");
}

function check(name: SettingName, given: Given, folder: string): unknown {
  return checked(name, options[name].read(given.value, folder), given);
}

function checked(name: SettingName, value: unknown, given: Given): unknown {
  const option: Option<unknown, unknown> = options[name];
  const result = option.schema.safeParse(value);
  if (result.success) return result.data;
  throw new UserError(
    `Expected \`${option.key}\` to be ${option.expected}, got ${JSON.stringify(given.value)} from ${given.source}.`,
  );
}

function missingFile(): UserError {
  const { flag, variable, key } = options.file;
  return new UserError(
    `Expected an input FILE, got none. Name it as an argument, by \`${flag}\`, by ${variable} or as \`${key}\` in ${settingsFileName}.`,
  );
}
