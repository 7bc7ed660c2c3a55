import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../src/domain/failure/user-error.js";
import { options } from "../../src/settings/options/options.js";
import {
  completeRunSettings,
  readFlags,
  resolveSettings,
} from "../../src/settings/resolve-settings.js";
import type { SettingName } from "../../src/settings/resolve-settings.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ostinato-settings-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Sources {
  readonly flag?: string | boolean | readonly string[];
  readonly variable?: string;
  readonly inFile?: unknown;
}

function resolveOne(name: SettingName, { flag, variable, inFile }: Sources): unknown {
  const { key, variable: variableName } = options[name];
  if (inFile !== undefined) {
    writeFileSync(join(folder, "ostinato.json"), JSON.stringify({ [key]: inFile }));
  }
  const resolved = resolveSettings([name], {
    flags: flag === undefined ? {} : { [name]: flag },
    environment: variable === undefined ? {} : { [variableName]: variable },
    folder,
  });
  return [resolved.values[name], resolved.sources[name]];
}

describe("a setting", () => {
  test("that repeats is a list: of flags, of texts with commas, of ostinato.json", () => {
    const [one, two] = [join(folder, "one.js"), join(folder, "two.js")];
    const resolve = (given: Sources): unknown => resolveOne("providers", given);
    expect(resolve({ flag: ["one.js", two] })).toEqual([[one, two], "--provider"]);
    expect(resolve({ variable: "one.js,two.js" })).toEqual([[one, two], "OSTINATO_PROVIDERS"]);
    expect(resolve({ inFile: "one.js" })).toEqual([[one], "`providers` in ostinato.json"]);
    expect(() => resolve({ inFile: [1] })).toThrow(
      "Expected `providers` to be a list of paths of modules, got [1]",
    );
  });

  test.each<[string, Sources, unknown]>([
    ["flag", { flag: "1", variable: "2", inFile: 3 }, [1, "--max-queries"]],
    ["variable", { variable: "2", inFile: 3 }, [2, "OSTINATO_MAX_QUERIES"]],
    ["ostinato.json", { inFile: 3 }, [3, "`maxQueries` in ostinato.json"]],
    ["default", {}, [10, "default"]],
    ["default where the variable is empty", { variable: "" }, [10, "default"]],
  ])("comes from the %s before what ranks lower", (_, sources, expected) => {
    expect(resolveOne("requestsPerMinute", sources)).toEqual(expected);
  });

  test("that is a switch can be taken back by its opposite flag", () => {
    const sources = { flag: false, variable: "yes", inFile: true };
    expect(resolveOne("skipInvalid", sources)).toEqual([false, "--no-skip-invalid"]);
    expect(resolveOne("preview", { flag: false })).toEqual([false, "--no-preview"]);
  });

  test.each<[SettingName, Sources, unknown]>([
    ["requestsPerMinute", { flag: "0.5" }, 0.5],
    ["timeoutMs", { flag: "500ms" }, 500],
    ["timeoutMs", { variable: "90" }, 90_000],
    ["timeoutMs", { inFile: 5 }, 5000],
    ["timeoutMs", {}, 300_000],
    ["throttleTimeoutMs", { flag: "30m" }, 1_800_000],
    ["throttleTimeoutMs", { variable: "90" }, 90_000],
    ["throttleTimeoutMs", {}, 3_600_000],
    ["maxAttempts", {}, 5],
    ["inFlight", {}, undefined],
    ["name", {}, undefined],
    ["onBlocked", {}, "wait"],
    ["onBlocked", { variable: "fail" }, "fail"],
    ["skipInvalid", { variable: "1" }, true],
    ["preview", { variable: "off" }, false],
    ["preview", {}, true],
    ["detach", { inFile: true }, true],
    ["priority", {}, 3],
    ["priority", { flag: "1" }, 1],
    ["timeZone", { flag: "america/los_angeles" }, "America/Los_Angeles"],
  ])("%s of %j is %j", (name, sources, expected) => {
    expect((resolveOne(name, sources) as unknown[])[0]).toEqual(expected);
  });

  test.each<[SettingName, Sources, string]>([
    ["requestsPerMinute", { variable: "0" }, '"0" from OSTINATO_MAX_QUERIES'],
    ["requestsPerMinute", { flag: "fast" }, '"fast" from --max-queries'],
    ["requestsPerMinute", { flag: "" }, '"" from --max-queries'],
    ["requestsPerMinute", { flag: "Infinity" }, '"Infinity" from --max-queries'],
    ["maxAttempts", { flag: "1.5" }, '"1.5" from --max-attempts'],
    ["maxAttempts", { inFile: -1 }, "-1 from `maxAttempts` in ostinato.json"],
    ["inFlight", { flag: "0" }, '"0" from --in-flight'],
    ["timeoutMs", { flag: "soon" }, '"soon" from --timeout'],
    ["timeoutMs", { flag: "0s" }, '"0s" from --timeout'],
    ["priority", { flag: "6" }, '"6" from --priority'],
    ["priority", { variable: "2.5" }, '"2.5" from OSTINATO_PRIORITY'],
    ["timeZone", { flag: "Mars/Phobos" }, '"Mars/Phobos" from --time-zone'],
    ["onBlocked", { flag: "hope" }, '"hope" from --on-blocked'],
    ["skipInvalid", { variable: "perhaps" }, '"perhaps" from OSTINATO_SKIP_INVALID'],
    ["name", { flag: "a/b" }, '"a/b" from --name'],
    ["name", { flag: ".." }, '".." from --name'],
    ["dataFolder", { flag: "" }, '"" from --data-folder'],
  ])("%s of %j is refused with its source", (name, sources, words) => {
    expect(() => resolveOne(name, sources)).toThrow(UserError);
    expect(() => resolveOne(name, sources)).toThrow(words);
    expect(() => resolveOne(name, sources)).toThrow(`to be ${options[name].expected}`);
  });
});

describe("paths", () => {
  test("are relative to the folder wherever they come from", () => {
    const { values } = resolveSettings(["file", "dataFolder", "envFile"], {
      flags: { file: "a.jsonl" },
      environment: { OSTINATO_ENV_FILE: "/keys/.env" },
      folder: "/user",
    });
    expect(values).toEqual({
      file: "/user/a.jsonl",
      dataFolder: "/user/data",
      envFile: "/keys/.env",
    });
  });
});

describe("ostinato.json", () => {
  test.each([
    ['{"maxQuerys": 5}', "Did you mean `maxQueries`?"],
    ['{"zzzzzzzzzzzz": 5}', "Known: `file`, `name`, `dataFolder`"],
    ['{"maxQueries": 5', "isn't JSON"],
    ['{"maxQueries": 5 // "}', "isn't JSON"],
    ["[5]", "Expected"],
  ])("%s is refused", (text, words) => {
    writeFileSync(join(folder, "ostinato.json"), text);
    const resolve = () => resolveSettings(["json"], { flags: {}, environment: {}, folder });
    expect(resolve).toThrow(UserError);
    expect(resolve).toThrow(words);
    expect(resolve).toThrow(join(folder, "ostinato.json"));
  });
});

test("a run without a file is refused with all the ways to name one", () => {
  const resolve = () => resolveSettings(["file"], { flags: {}, environment: {}, folder });
  expect(resolve).toThrow("OSTINATO_FILE");
});

test("settings are frozen", () => {
  const { values } = resolveSettings(["json"], { flags: {}, environment: {}, folder });
  expect(Object.isFrozen(values)).toBe(true);
});

test("flags alone are read without variables and defaults", () => {
  const flags = { requestsPerMinute: "20" };
  expect(readFlags(["requestsPerMinute", "inFlight"], { flags, folder })).toEqual({
    requestsPerMinute: 20,
  });
});

describe("settings given in code", () => {
  test("get defaults, absolute paths and keep their milliseconds", () => {
    expect(completeRunSettings({ file: "a.jsonl", timeoutMs: 1500 }, "/user")).toEqual({
      file: "/user/a.jsonl",
      dataFolder: "/user/data",
      envFile: "/user/.env",
      requestsPerMinute: 10,
      maxAttempts: 5,
      timeoutMs: 1500,
      throttleTimeoutMs: 3_600_000,
      onBlocked: "wait",
      parallel: false,
      moveToInput: false,
      skipInvalid: false,
      preview: true,
      outputAsCsv: false,
      priority: 3,
      removeOriginal: false,
      onlyRephrase: false,
    });
  });

  test("are checked", () => {
    expect(() => completeRunSettings({ file: "a.jsonl", requestsPerMinute: 0 })).toThrow(UserError);
  });
});

test("every option has its own flag, variable and key", () => {
  const rows = Object.values(options);
  for (const field of ["flag", "variable", "key"] as const) {
    expect(new Set(rows.map((row) => row[field])).size).toBe(rows.length);
  }
});
