import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LookMemory, WatchedExperiments } from "../../activities/look-at-input.js";
import { lookAtInput } from "../../activities/look-at-input.js";
import type { InputLook, PlannedInput } from "../../src/domain/experiment/watch.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { InputFile } from "../../src/storage/input/input-looks.js";
import { InputLooks } from "../../src/storage/input/input-looks.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

/** A data folder with files, and looks at it that find them complete. */
function watched(names: readonly string[], plan: (file: InputFile) => PlannedInput | Error) {
  const dataFolder = temporaryFolder();
  mkdirSync(join(dataFolder, "input"));
  for (const name of names) writeFileSync(join(dataFolder, "input", name), "{}\n");
  let nowMs = 0;
  const memory: LookMemory = { looks: new InputLooks(() => nowMs), nexts: new Map() };
  const experiments: WatchedExperiments = {
    plan: async (_, file) => {
      const planned = plan(file);
      if (planned instanceof Error) throw planned;
      return planned;
    },
    findEnd: async () => undefined,
  };
  const watch = { dataFolder, concurrent: 5, once: true, run: {} };
  const look = async (): Promise<InputLook> => {
    nowMs += 2_000;
    return lookAtInput(memory, experiments, { watch, running: [], paused: false });
  };
  return { dataFolder, look };
}

function planOf({ inputName, fingerprint }: InputFile): PlannedInput {
  const launch = {
    workflowId: `experiment/${inputName}`,
    input: {} as PlannedInput["launch"]["input"],
    memo: {},
    staticSummary: "",
    staticDetails: "",
  };
  const facts = { records: 1, plannedMs: 0, notices: [], searchable: false };
  return { inputName, name: inputName, fingerprint, launch, ...facts };
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: it can't be read, open '${path}'`), { code, path });
}

describe("a file that can't be read at the moment", () => {
  test.each(["EACCES", "EPERM", "EIO", "ESTALE", "EBUSY", "ETIMEDOUT"])(
    "waits and is told of, others start, and it starts once it can be read: %s",
    async (code) => {
      let isReadable = false;
      const { dataFolder, look } = watched(["a.jsonl", "b.jsonl"], (file) => {
        if (isReadable || file.inputName !== "a.jsonl") return planOf(file);
        const cause = systemError(code, file.path);
        return code === "EACCES" ? new UserError("Expected to read a.jsonl.", { cause }) : cause;
      });
      await look();
      const first = await look();
      expect(first.starts.map(({ inputName }) => inputName)).toEqual(["b.jsonl"]);
      expect(first.rejected).toEqual([]);
      expect(first.waiting).toMatchObject({ count: 1, names: ["a.jsonl"] });
      expect(first.waiting.unreadable).toMatchObject([{ inputName: "a.jsonl" }]);
      expect(readdirSync(join(dataFolder, "input"))).toEqual(["a.jsonl", "b.jsonl"]);
      isReadable = true;
      const second = await look();
      expect(second.starts.map(({ inputName }) => inputName)).toContain("a.jsonl");
      expect(second.waiting).not.toHaveProperty("unreadable");
    },
  );
});

describe("a file that can't be run", () => {
  test.each([
    ["is wrong", () => new UserError("Expected `api`.")],
    [
      "names a file that is not there",
      (path: string) => new UserError("No scorer.", { cause: systemError("ENOENT", path) }),
    ],
  ])("since it %s is set aside", async (_, errorOf) => {
    const { dataFolder, look } = watched(["a.jsonl"], ({ path }) => errorOf(`${path}.js`));
    await look();
    const { rejected, waiting } = await look();
    expect(rejected).toMatchObject([{ inputName: "a.jsonl" }]);
    expect(waiting.count).toBe(0);
    expect(readdirSync(join(dataFolder, "input", "rejected")).sort()).toEqual([
      "a.error.txt",
      "a.jsonl",
    ]);
  });
});
