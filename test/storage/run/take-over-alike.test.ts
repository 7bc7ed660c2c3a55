import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { PreparedExperiment } from "../../../src/domain/experiment/experiment.js";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { completedFilesOf } from "../../../src/storage/completed/completed-files.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { finishRun } from "../../../src/storage/run/finish-run.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import type { PrepareRunContext } from "../../../src/storage/run/prepare-run.js";
import { runPaths } from "../../../src/storage/run/run-folder.js";
import { writeScores } from "../../../src/storage/run/run-scores.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { completedLine, context, failedLine, recordLine, settingsOf } from "./prepared-run.js";

const now = (): Date => new Date();
/** Its stamp tells whole seconds. */
const sentAt = 1_790_000_000_000;

/** The runs of one name in one data folder. */
class Runs {
  readonly dataFolder = temporaryFolder();
  #count = 0;

  async prepare(
    lines: readonly string[],
    given: Partial<PrepareRunContext> & { readonly suffix?: string } = {},
  ): Promise<PreparedExperiment> {
    const { suffix = "jsonl", ...facts } = given;
    mkdirSync(join(this.dataFolder, "input"), { recursive: true });
    const inputName = `pilot.${suffix}`;
    const inputPath = join(this.dataFolder, "input", inputName);
    writeFileSync(inputPath, `${lines.join("\n")}\n`);
    const earlier = await completedFilesOf(join(this.dataFolder, "output"), "pilot");
    this.#count += 1;
    const runId = `run-${this.#count}`;
    const settings = settingsOf(this.dataFolder);
    return prepareRun({ settings, inputPath, inputName }, { ...context, runId, earlier, ...facts });
  }

  /** Answers what has no answer. Prompts with `fail` fail. */
  async finish({ directory, records }: PreparedExperiment, answer: string): Promise<JsonObject[]> {
    const store = await openGroupStore(directory, "all");
    await store.refresh();
    for (let at = 0; at < records; at += 1) {
      if (store.statusOf(at) !== undefined) continue;
      const [entry] = await store.readIndex(at, 1);
      const fails = entry && (await store.readLine(entry)).includes("fail");
      const facts = { sentAt, finishedAt: sentAt + 500, cost: 0.25 };
      await store.append(
        fails ? failedLine(at) : completedLine(at, { ...facts, response: `${answer} ${at}` }),
      );
    }
    await store.close();
    await finishRun(directory, { cancelled: [], now });
    return linesOf(directory);
  }

  async run(lines: readonly string[], answer: string): Promise<JsonObject[]> {
    return this.finish(await this.prepare(lines), answer);
  }
}

function linesOf(directory: string): JsonObject[] {
  const text = readFileSync(runPaths(directory).completed, "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JsonObject);
}

function responsesOf(lines: readonly JsonObject[]): unknown[] {
  return lines.map(({ response }) => response);
}

test("answers come from the newest run that has some, and tell the run that paid", async () => {
  const runs = new Runs();
  const first = await runs.prepare([
    recordLine(0),
    recordLine(1),
    recordLine(2, { prompt: "fail" }),
  ]);
  await runs.finish(first, "first");
  await runs.run([recordLine(0, { note: "new" }), recordLine(1, { prompt: "other" })], "second");
  const third = await runs.run(
    [recordLine(2, { prompt: "fail" }), recordLine(1), recordLine(0)],
    "third",
  );
  expect(responsesOf(third)).toEqual([null, "first 1", "first 0"]);
  // The second run has reused the answer of the first.
  expect(third[2]?.["reused"]).toEqual({ run: first.stamp, cost: 0.25 });
  expect(third[2]).not.toHaveProperty("cost");
});

test("the sums of a run have reused answers as saved", async () => {
  const runs = new Runs();
  await runs.run([recordLine(0)], "first");
  const prepared = await runs.prepare([recordLine(0), recordLine(1)]);
  await runs.finish(prepared, "second");
  const { spending } = JSON.parse(readFileSync(runPaths(prepared.directory).result, "utf8")) as {
    readonly spending: JsonObject;
  };
  expect(spending).toMatchObject({ cost: 0, saved: 0.25 });
});

test("scores of the earlier run stay behind", async () => {
  const runs = new Runs();
  const first = await runs.prepare([recordLine(0)]);
  await runs.finish(first, "first");
  const { completed } = runPaths(first.directory);
  writeFileSync(
    completed,
    readFileSync(completed, "utf8").replace(/\}\n$/, ', "match": 1, "kept": 2}\n'),
  );
  await writeScores(first.directory, [{ scorer: "match", scored: 1, unscored: 0 }]);
  const [line] = await runs.run([recordLine(0)], "second");
  expect(line).toMatchObject({ response: "first 0", kept: 2 });
  expect(line).not.toHaveProperty("match");
});

test("a media file that changed after the answer asks again", async () => {
  const runs = new Runs();
  mkdirSync(join(runs.dataFolder, "media"));
  const picture = join(runs.dataFolder, "media", "cat.png");
  const mediaOf = (): { path: string }[] => [{ path: "cat.png" }];
  const lines = [recordLine(0)];
  await runs.run(lines, "first");
  const answerWith = async (changedAtMs: number): Promise<unknown> => {
    writeFileSync(picture, "x");
    utimesSync(picture, changedAtMs / 1_000, changedAtMs / 1_000);
    const prepared = await runs.prepare(lines, { mediaOf });
    const store = await openGroupStore(prepared.directory, "all");
    await store.refresh();
    const status = store.statusOf(0);
    await store.close();
    return status;
  };
  expect(await answerWith(sentAt - 1_000)).toBe("completed");
  expect(await answerWith(sentAt + 1_000)).toBeUndefined();
});

test("records of a CSV file find the answers of a JSONL file", async () => {
  const runs = new Runs();
  await runs.run([recordLine(0), recordLine(1)], "first");
  const csv = ["id,api,model_name,prompt", "1,test,m,p1", "2,test,m,p2"];
  const lines = await runs.finish(await runs.prepare(csv, { suffix: "csv" }), "second");
  expect(responsesOf(lines)).toEqual(["first 1", "second 1"]);
});

test("a preparation that is killed and repeated gives the same run", async () => {
  const runs = new Runs();
  await runs.run([recordLine(0), recordLine(1)], "first");
  let told = 0;
  const given = [recordLine(1), recordLine(3)];
  const dies = runs.prepare(given, {
    runId: "killed",
    onProgress: () => {
      told += 1;
      // Once in the middle of the answers.
      throw new Error("killed");
    },
  });
  await expect(dies).rejects.toThrow("killed");
  expect(told).toBe(1);
  const lines = await runs.finish(await runs.prepare(given, { runId: "killed" }), "second");
  expect(responsesOf(lines)).toEqual(["first 1", "second 1"]);
});
