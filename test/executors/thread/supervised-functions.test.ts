import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { SupervisedFunctions } from "../../../src/executors/thread/supervised-functions.js";
import type { RowEnd } from "../../../src/executors/thread/thread-messages.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const program = fileURLToPath(new URL("../../fixtures/threads/row-functions.mjs", import.meta.url));

interface Settings {
  readonly callsFile: string;
  /**
   * One or more functions, which all do what a row says. The name says what happens while it is
   * loaded.
   */
  readonly names: readonly string[];
  /** Rows of a call. */
  readonly batch: number;
}

type Ends = readonly (readonly RowEnd<string>[])[];

function setUp(given: Partial<Settings> = {}) {
  const callsFile = join(temporaryFolder(), "calls.txt");
  const settings: Settings = { names: ["one"], batch: 1, ...given, callsFile };
  const functions = new SupervisedFunctions<
    Settings,
    readonly string[],
    readonly string[],
    Ends,
    string
  >({ program, settings, callLimitMs: 700, mostHeapMb: 64 });
  onTestFinished(async () => functions.end());
  const calls = (): string[] =>
    existsSync(callsFile) ? readFileSync(callsFile, "utf8").trimEnd().split("\n") : [];
  return { functions, calls };
}

describe("a function that", () => {
  test.each([
    ["loops", "loop", "It took longer than 0.7 s."],
    ["never answers", "hang", "It took longer than 0.7 s."],
    ["ends the process", "exit", "It ended its thread."],
    ["exhausts the memory", "memory", /It broke its thread: .*memory limit/],
    ["throws outside a promise", "throwLater", "It broke its thread: later"],
    ["leaves a rejection unheard", "rejectUnheard", "It broke its thread: unheard"],
  ])("%s loses that row alone, and rows already done are kept", async (_, deed, reason) => {
    const { functions, calls } = setUp();
    const [ends] = await functions.ask(["a", "b", deed, "c"]);
    expect(ends).toEqual([
      { value: "A" },
      { value: "B" },
      { error: expect.stringMatching(reason) as string },
      { value: "C" },
    ]);
    expect(calls()).toEqual(["0 a", "0 b", `0 ${deed}`, "0 c"]);
  });
});

test("a batch is lost as a whole, and what other functions made of its rows is kept", async () => {
  const { functions, calls } = setUp({ names: ["one", "two"], batch: 2 });
  const [one, two] = await functions.ask(["a", "exit", "b", "c"]);
  const lost = { error: "It ended its thread." };
  expect(one).toEqual([lost, lost, { value: "B" }, { value: "C" }]);
  expect(two).toEqual([lost, lost, { value: "B" }, { value: "C" }]);
  expect(calls()).toEqual(["0 a exit", "0 b c", "1 a exit", "1 b c"]);
});

test("a function that has lost its thread three times is given up, and others go on", async () => {
  const { functions, calls } = setUp({ names: ["one"] });
  const [first] = await functions.ask(["exit", "a", "exit"]);
  expect(first).toMatchObject([{ error: "It ended its thread." }, { value: "A" }, {}]);
  const [second] = await functions.ask(["b", "exit", "c"]);
  const givenUp = { error: "Given up after 3 times: It ended its thread." };
  expect(second).toEqual([{ value: "B" }, givenUp, givenUp]);
  expect((await functions.ask(["d"]))[0]).toEqual([givenUp]);
  expect(calls()).toEqual(["0 exit", "0 a", "0 exit", "0 b", "0 exit"]);
});

test("a function that can't be loaded is told of by its name, and the others are loaded", async () => {
  const { functions } = setUp({ names: ["one", "loop", "exit", "two"] });
  expect(await functions.load()).toEqual([
    "one",
    "loop: It took longer than 0.7 s.",
    "exit: It ended its thread.",
    "two",
  ]);
});

test("a thread that ended is started anew by the next question", async () => {
  const { functions } = setUp();
  expect(await functions.load()).toEqual(["one"]);
  await functions.end();
  expect(await functions.ask(["a"])).toEqual([[{ value: "A" }]]);
});
