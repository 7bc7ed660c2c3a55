import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as library from "../../src/index.js";

const cli = fileURLToPath(new URL("../../cli", import.meta.url));

/**
 * Functions and tables that only a command line needs: flags, spellings, the worker that a command
 * starts.
 */
const onlyForACommandLine = [
  "asSentence",
  "assumedLongestAnswer",
  "batchResultIn",
  "cacheFolder",
  "checkSurveyed",
  "compareMetrics",
  "costTarget",
  "dailyQuotaOf",
  "defined",
  "endedRun",
  "escapeLineSeparators",
  "findExperiment",
  "findLeaves",
  "findWatch",
  "formatDuration",
  "formatMoney",
  "hintOf",
  "holdWords",
  "isJsonArray",
  "isJsonObject",
  "isOstinatoStopped",
  "isServerless",
  "joinNotes",
  "largerSum",
  "leavesIn",
  "logFormatVariable",
  "metricsVariable",
  "mostRequestsPerMinute",
  "oppositeFlag",
  "optionGroupOf",
  "options",
  "parseDuration",
  "parseJsonText",
  "parseSince",
  "placeWord",
  "problemLine",
  "problemText",
  "readFlags",
  "readLogFormat",
  "readMetricsAddress",
  "readRunResults",
  "remedyFor",
  "resolveSettings",
  "retrySettingNames",
  "reuseNotice",
  "rewriteArguments",
  "runSettingNames",
  "shellWord",
  "spellingsOf",
  "stageOptions",
  "sumOfSpending",
  "tellEnding",
  "watchedFolderOf",
  "watchedRunSettingNames",
  "workerFlags",
  "workerScript",
  "workerVariables",
];

test("a user of the library can do everything that the CLI does", () => {
  const files = readdirSync(cli, { recursive: true, encoding: "utf8" });
  const imported = files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => valuesFromSource(readFileSync(join(cli, file), "utf8")));
  expect(imported.length).toBeGreaterThan(30);
  const notPublic = new Set(imported.filter((name) => !Object.hasOwn(library, name)));
  expect([...notPublic].sort()).toEqual(onlyForACommandLine);
});

/** Names of the values, not of the types, that a file of the CLI imports from src/. */
function valuesFromSource(code: string): readonly string[] {
  const names = [
    ...code.matchAll(/import \{([^}]*)\} from "(?:\.\.\/)+src\//g),
    ...code.matchAll(/const \{([^}]*)\} =\s+await import\(\s*"(?:\.\.\/)+src\//g),
  ].flatMap(([, list = ""]) => list.split(","));
  return names.flatMap((name) => name.trim().split(/ as |: /)[0] || []);
}
