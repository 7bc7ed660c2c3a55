import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { PreparedExperiment } from "../../../src/domain/experiment/experiment.js";
import { finishRun } from "../../../src/storage/run/finish-run.js";
import { inputOrderPath } from "../../../src/storage/index/group-index.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import { readResults } from "../../../src/storage/completed/results.js";
import { readManifest, runPaths } from "../../../src/storage/run/run-folder.js";
import { completedLine, context, failedLine, inputOf, recordLine } from "../run/prepared-run.js";
import { readRecord } from "../run/prepared-run.js";

const sorting = { ...context, sortsByModel: (api: string): boolean => api === "ollama" };

/** A record of each word: `ollama/phi3` of that API and model, `ollama` without a model. */
function linesOf(targets: readonly string[]): string[] {
  return targets.map((target, id) => {
    const [api, model_name] = target.split("/");
    return recordLine(id, { api, model_name });
  });
}

async function prepared(targets: readonly string[]): Promise<PreparedExperiment> {
  return prepareRun(inputOf(linesOf(targets)), sorting);
}

/** The ids in the order in which the records are sent. */
async function sentOrder({ directory, records }: PreparedExperiment): Promise<unknown[]> {
  const store = await openGroupStore(directory, "all");
  const ids: unknown[] = [];
  for (let position = 0; position < records; position += 1) {
    const [entry] = await store.readIndex(position, 1);
    const { record } = await readRecord(store, position);
    expect([entry?.position, entry?.line]).toEqual([position, Number(record.id) + 1]);
    ids.push(record.id);
  }
  await store.close();
  return ids;
}

const shuffled = ["ollama/phi3", "test/x", "ollama/llama3", "ollama", "test/a", "ollama/llama3"];
const inTurn = [3, 1, 2, 5, 4, 0];

describe("records of an API that loads one model at a time", () => {
  test("go model by model within their places, others stay", async () => {
    expect(await sentOrder(await prepared(shuffled))).toEqual(inTurn);
  });

  test("are sorted as prompto sorts its own example", async () => {
    const models = ["llama3", "llama3", "phi3", "unknown-model", "gemma", "gemma"];
    const run = await prepared(models.map((model) => `ollama/${model}`));
    expect(await sentOrder(run)).toEqual([4, 5, 0, 1, 2, 3]);
  });

  test("are sorted by code points, not by UTF-16", async () => {
    const run = await prepared(["ollama/\u{1F600}", "ollama/\uFFFD"]);
    expect(await sentOrder(run)).toEqual([1, 0]);
  });

  test("need no second index where they come model by model already", async () => {
    const { directory } = await prepared(["ollama/a", "test/b", "ollama/a", "ollama/c"]);
    expect(existsSync(inputOrderPath(directory, "all"))).toBe(false);
  });

  test("come out in the input's order, each with its own answer, also in a run that takes over", async () => {
    const run = await prepared(shuffled);
    const store = await openGroupStore(run.directory, "all");
    await store.append(failedLine(0));
    for (let position = 1; position < run.records; position += 1) {
      await store.append(completedLine(position));
    }
    await store.close();
    await finishRun(run.directory, { cancelled: [], now: () => new Date() });
    const answers = ["answer 5", "answer 1", "answer 2", null, "answer 4", "answer 3"];
    expect(await responsesOf(run.directory)).toEqual(answers.map((answer, id) => [id, answer]));

    const { inputPath, settings } = await readManifest(run.directory);
    const again = join(settings.dataFolder, "input", "pilot.jsonl");
    copyFileSync(inputPath, again);
    const takeOver = runPaths(run.directory).completed;
    const input = { settings, inputPath: again, inputName: "pilot.jsonl", takeOver };
    const second = await prepareRun(input, { ...sorting, runId: "run-2" });
    const left = await openGroupStore(second.directory, "all");
    await left.refresh();
    const statuses = inTurn.map((_, position) => left.statusOf(position));
    expect(statuses).toEqual([undefined, ...Array.from({ length: 5 }, () => "completed")]);
    await left.close();
    expect(await responsesOf(second.directory)).toEqual(
      answers.flatMap((answer, id) => (answer === null ? [] : [[id, answer]])),
    );
  });

  test("stay in order where there are more than a block of them", async () => {
    const targets = Array.from({ length: 3_000 }, (_, id) => `ollama/${id % 2 === 0 ? "b" : "a"}`);
    const run = await prepared(targets);
    const store = await openGroupStore(run.directory, "all");
    await Promise.all(targets.map((_, position) => store.append(completedLine(position))));
    await store.close();
    const expected = targets.map((_, id) => [
      id,
      `answer ${(id % 2 === 0 ? 1_500 + id / 2 : (id - 1) / 2).toString()}`,
    ]);
    expect(await responsesOf(run.directory)).toEqual(expected);
  });
});

async function responsesOf(directory: string): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of readResults(directory)) {
    const { id, response } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    lines.push([id, response]);
  }
  return lines;
}
