import { defined } from "../../../src/domain/defined.js";
import { UserError } from "../../../src/domain/failure/user-error.js";
import type { JsonObject, JsonValue } from "../../../src/domain/json/json.js";
import { parseDuration } from "../../../src/settings/duration.js";
import type { BatchSettings } from "../../../src/client/batch/batch-settings.js";
import type { Flag, Invocation } from "../../command-line/command.js";
import { grouped } from "../../command-line/grouped.js";
import { countFlag } from "../../command-line/count-flag.js";
import { listFlag, textFlag } from "../../command-line/text-flag.js";

/** The flags for the sources of the lines. */
export const lineFlags = grouped("Lines:", [
  { flag: "--data", takes: "FILE", description: "rows of the source `data`: a file or a folder" },
  {
    flag: "--input",
    takes: "NAME=PLACE",
    repeats: true,
    description: "rows of a further source: a file, a folder, or the name of a run",
  },
  {
    flag: "--map",
    takes: "INPUT=VALUE",
    repeats: true,
    description: "value of a flow's input, e.g. 'question=${data.text}'",
  },
]);

export const lineTimeout: Flag = {
  flag: "--line-timeout",
  takes: "DURATION",
  description: "time for a line; waiting for slots does not count (default: 600s)",
};

/** The flags for reading a flow and running its code. */
export const flowFlags = grouped("Flow:", [
  {
    flag: "--connection",
    takes: "NAME=API",
    repeats: true,
    description: "the API that a connection of the flow stands for",
  },
  {
    flag: "--init",
    takes: "NAME=VALUE",
    repeats: true,
    description: "argument of a flow that is a class",
  },
  { flag: "--variant", takes: "NODE.VARIANT", description: "variant of a node" },
  {
    flag: "--set",
    takes: "PATH=VALUE",
    repeats: true,
    description: "changes the flow's file for this run, e.g. answer.inputs.temperature=0",
  },
  {
    flag: "--connections",
    takes: "NODE.KEY=VALUE",
    repeats: true,
    description: "connection, model or deployment_name of a node, as in promptflow",
  },
  {
    flag: "--environment-variable",
    takes: "NAME=VALUE",
    repeats: true,
    description: "variable for the flow's code",
  },
  {
    flag: "--executor",
    takes: "WHAT",
    description:
      "runs the flow's code: a language, a command, the URL of a service, or module:PATH (default: by its language)",
  },
]);

/** All flags of a run. */
export const batchFlags: readonly Flag[] = [
  ...lineFlags,
  { flag: "--max-lines", takes: "N", description: "run only the first N lines" },
  { flag: "--workers", takes: "N", description: "maximum number of lines under way" },
  lineTimeout,
  {
    flag: "--batch-timeout",
    takes: "DURATION",
    description: "time for all lines and the aggregation (default: none)",
  },
  ...flowFlags,
  {
    flag: "--resume-from",
    takes: "RUN",
    description: "take over the completed lines of a run: its name or its folder",
  },
  { flag: "--no-reuse", description: "same as --again" },
  { flag: "--output", takes: "FOLDER", description: "also copy output.jsonl and the result there" },
];

/** Returns the settings of a batch run from its own flags. */
export function batchSettingsOf(invocation: Invocation): BatchSettings {
  const data = textFlag(invocation, "data");
  const inputs = { ...defined({ data }), ...pairs(invocation, "input") };
  const mapping = pairs(invocation, "map");
  return {
    inputs,
    // A negative flag is false if it is given.
    ...(invocation.ownFlags["no-reuse"] === false && { reuse: false }),
    connections: pairs(invocation, "connection"),
    init: valuesOf(invocation, "init"),
    overrides: { ...valuesOf(invocation, "set"), ...connectionsOf(invocation) },
    variables: pairs(invocation, "environment-variable"),
    ...(Object.keys(mapping).length > 0 && { mapping }),
    ...defined({
      maxLines: countFlag(invocation, "max-lines"),
      workers: countFlag(invocation, "workers"),
      lineTimeoutMs: durationFlag(invocation, "line-timeout"),
      batchTimeoutMs: durationFlag(invocation, "batch-timeout"),
      variant: textFlag(invocation, "variant"),
      executor: textFlag(invocation, "executor"),
      resumeFrom: textFlag(invocation, "resume-from"),
    }),
  };
}

/**
 * Parses a flag with values `NAME=VALUE`. Throws a `UserError` for another form and for a repeated
 * name.
 */
function pairs(invocation: Invocation, flag: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const text of listFlag(invocation, flag)) {
    const [, name, value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) {
      throw new UserError(`Expected --${flag} as NAME=VALUE, got ${JSON.stringify(text)}.`);
    }
    if (Object.hasOwn(found, name)) {
      throw new UserError(`--${flag} gives ${JSON.stringify(name)} twice. Leave one out.`);
    }
    found[name] = value;
  }
  return found;
}

/** Parses a flag with values. A value is JSON if it can be parsed, otherwise text. */
function valuesOf(invocation: Invocation, flag: string): JsonObject {
  return Object.fromEntries(
    Object.entries(pairs(invocation, flag)).map(([name, text]) => [name, jsonOrText(text)]),
  );
}

/**
 * Returns the connections. In a flow's file, models are inputs of a node, and the connection of a
 * node is a key beside them.
 */
function connectionsOf(invocation: Invocation): JsonObject {
  const given = Object.entries(pairs(invocation, "connections"));
  return Object.fromEntries(
    given.map(([path, value]) => {
      const [, node, key] = /^([^.]+)\.(connection|model|deployment_name)$/.exec(path) ?? [];
      if (node === undefined || key === undefined) {
        throw new UserError(
          `Expected --connections as NODE.connection=NAME, NODE.model=NAME or NODE.deployment_name=NAME, got ${JSON.stringify(`${path}=${value}`)}. Use --connection NAME=API for the API of a connection.`,
        );
      }
      return [key === "connection" ? path : `${node}.inputs.${key}`, value];
    }),
  );
}

function jsonOrText(text: string): JsonValue {
  try {
    // JSON.parse returns only JSON values.
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function durationFlag(invocation: Invocation, name: string): number | undefined {
  const text = textFlag(invocation, name);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new UserError(`Expected --${name} to be a time such as 90s, 10m or 1h, got "${text}".`);
}
