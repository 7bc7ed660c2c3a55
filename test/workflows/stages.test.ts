import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkflowHandleWithFirstExecutionRunId } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentSettings, PrepareExperimentInput } from "../../src/domain/experiment.js";
import { taskQueues } from "../../src/domain/ids.js";
import {
  cancelSignal,
  changeSignal,
  describeQuery,
  groupProgressQuery,
  pauseSignal,
  resumeSignal,
  workflowTypes,
} from "../../workflows/messages.js";
import type { runExperiment } from "../../workflows/run-experiment.js";
import { realActivities } from "../replay/real-experiment.js";
import { settingsOf, startStage, type Stage } from "./stage.js";

let stage: Stage;
/** Of all tests: what belongs to one goes at its end, and these run at the same time. */
const root = mkdtempSync(join(tmpdir(), "ostinato-stages-"));

beforeAll(async () => {
  stage = await startStage({ activities: realActivities });
}, 300_000);

afterAll(async () => {
  await stage.stop();
  rmSync(root, { recursive: true, force: true });
});

type Line = Readonly<Record<string, unknown>>;
type Handle = WorkflowHandleWithFirstExecutionRunId<typeof runExperiment>;

const answering = (response: unknown): Line => ({ latency_ms: 1, response });
const failing = { latency_ms: 1, status: 400 };

interface Folder {
  readonly folder: string;
  readonly name: string;
}

function newFolder(): Folder {
  const folder = join(root, randomUUID());
  mkdirSync(folder);
  mkdirSync(join(folder, "input"));
  mkdirSync(join(folder, "judge"));
  mkdirSync(join(folder, "rephrase"));
  writeJson(join(folder, "judge/settings.json"), {
    kind: { api: "test", model_name: "k", parameters: answering("Score: 4"), parse: "last_number" },
    strict: { api: "test", model_name: "s", parameters: answering("No.") },
  });
  writeFileSync(join(folder, "judge/template.txt"), "{INPUT_PROMPT} -> {OUTPUT_RESPONSE}?");
  writeFileSync(join(folder, "judge/other.txt"), "Is {OUTPUT_RESPONSE} good?");
  writeJson(join(folder, "rephrase/settings.json"), {
    big: { api: "test", model_name: "r", parameters: answering("1. one\n2. two") },
  });
  writeFileSync(
    join(folder, "rephrase/template.txt"),
    "Say otherwise: {INPUT_PROMPT}\nAgain: {INPUT_PROMPT}\n",
  );
  return { folder, name: `staged-${randomUUID()}` };
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value));
}

const judging = (folder: string): Pick<ExperimentSettings, "judge"> => ({
  judge: {
    folder: join(folder, "judge"),
    judges: ["kind", "strict"],
    templates: ["template.txt", "other.txt"],
  },
});

const rephrasing = (folder: string, more = {}): Pick<ExperimentSettings, "rephrase"> => ({
  rephrase: {
    folder: join(folder, "rephrase"),
    models: ["big"],
    templates: "template.txt",
    removeOriginal: false,
    only: false,
    ...more,
  },
});

async function start(
  { folder, name }: Folder,
  records: readonly Line[],
  more: Partial<ExperimentSettings> & Partial<Omit<PrepareExperimentInput, "settings">>,
): Promise<Handle> {
  const inputPath = join(folder, "input", `${name}.jsonl`);
  writeFileSync(inputPath, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const { judgeOf, reuse, ...settings } = more;
  const input: PrepareExperimentInput = {
    settings: {
      ...settingsOf(name),
      dataFolder: folder,
      envFile: join(folder, ".env"),
      ...settings,
    },
    inputPath,
    inputName: `${name}.jsonl`,
    ...(judgeOf === undefined ? {} : { judgeOf }),
    ...(reuse === undefined ? {} : { reuse }),
  };
  return stage.client.workflow.start<typeof runExperiment>(workflowTypes.experiment, {
    workflowId: `experiment/${name}`,
    taskQueue: taskQueues.main,
    args: [input],
  });
}

function record(id: unknown, parameters: Line = answering(`answer ${String(id)}`)): Line {
  return { id, api: "test", model_name: "m", prompt: `prompt ${String(id)}`, parameters };
}

function read(path: string | undefined): Line[] {
  const text = readFileSync(path ?? "", "utf8").trimEnd();
  return text.split("\n").map((line) => JSON.parse(line) as Line);
}

function output({ folder }: Folder, name: string): string[] {
  return readdirSync(join(folder, "output", name)).map((file) =>
    file.replace(/\d\d-\d\d-\d{4}-\d\d-\d\d-\d\d/, "<stamp>"),
  );
}

/** What a run itself was answered, as it is logged. */
function outcomesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((file) => /^all\..*\.jsonl$/.test(file) && !file.includes("taken-over"))
    .flatMap((file) => readFileSync(join(directory, file), "utf8").trimEnd().split("\n"))
    .filter((line) => line.includes('"outcome"'));
}

describe.concurrent("an experiment with judges", () => {
  test("has each answer judged by each judge with each template", async () => {
    const place = newFolder();
    const { folder, name } = place;
    const records = [record(1), record("two", failing), record(3)];
    const result = await (await start(place, records, judging(folder))).result();
    expect(result).toMatchObject({ status: "finished", records: 3, completed: 2, failed: 1 });
    expect(result.stages).toMatchObject([
      { kind: "main", name, records: 3, completed: 2, failed: 1 },
      { kind: "judge", name: `judge-${name}`, records: 8, completed: 8, failed: 0 },
    ]);
    const judged = read(result.stages?.[1]?.completedFile);
    expect(judged.map(({ id }) => id)).toEqual(
      ["kind-template", "kind-other", "strict-template", "strict-other"].flatMap((one) => [
        `judge-${one}-1`,
        `judge-${one}-3`,
      ]),
    );
    expect(judged[0]).toMatchObject({
      template_name: "template",
      prompt: "prompt 1 -> answer 1?",
      "input-id": 1,
      "input-response": "answer 1",
      response: "Score: 4",
      verdict: 4,
    });
    expect(judged.map((line) => line["verdict"])).toEqual([4, 4, 4, 4, ...Array<undefined>(4)]);
    expect(output(place, `judge-${name}`).sort()).toEqual([
      ".<stamp>",
      `<stamp>-completed-judge-${name}.jsonl`,
      `<stamp>-input-judge-${name}.jsonl`,
      `<stamp>-log-judge-${name}.txt`,
    ]);
  });

  test("of which every record failed judges nothing", async () => {
    const place = newFolder();
    const handle = await start(place, [record(1, failing)], judging(place.folder));
    const result = await handle.result();
    expect(result).toMatchObject({ status: "finished", completed: 0, failed: 1 });
    expect(result.stages?.[1]).toMatchObject({ kind: "judge", records: 0, completed: 0 });
    expect(readdirSync(join(place.folder, "output"))).toEqual([place.name]);
  });

  test("judges by the folder as it was at the start", async () => {
    const place = newFolder();
    const slow = { latency_ms: 4_000, response: "slow" };
    const handle = await start(place, [record(1, slow)], judging(place.folder));
    await sleep(3_000);
    writeFileSync(join(place.folder, "judge/template.txt"), "{NONSENSE}");
    writeFileSync(join(place.folder, "judge/settings.json"), "{}");
    const { stages } = await handle.result();
    expect(read(stages?.[1]?.completedFile)[0]).toMatchObject({ prompt: "prompt 1 -> slow?" });
  });

  test("refuses a bad folder before anything is sent or moved", async () => {
    const place = newFolder();
    writeFileSync(join(place.folder, "judge/template.txt"), "{OUTPUT}");
    const handle = await start(place, [record(1)], judging(place.folder));
    await expect(handle.result()).rejects.toMatchObject({
      cause: {
        type: "UserError",
        message: expect.stringContaining("Unknown placeholder {OUTPUT}"),
      },
    });
    expect(readdirSync(join(place.folder, "output"))).toEqual([]);
    expect(readdirSync(join(place.folder, "input"))).toEqual([`${place.name}.jsonl`]);
  });

  test("cancelled while it answers has nothing judged", async () => {
    const place = newFolder();
    const slow = { latency_ms: 2_000, response: "slow" };
    const records = Array.from({ length: 40 }, (_, id) => record(id, slow));
    const more = { ...judging(place.folder), requestsPerMinute: 600 };
    const handle = await start(place, records, more);
    while ((await handle.query(describeQuery)).state !== "running") await sleep(100);
    await handle.signal(cancelSignal);
    const result = await handle.result();
    expect(result).toMatchObject({ status: "cancelled", records: 40 });
    expect(result.failed).toBeGreaterThan(0);
    expect(result.stages?.map(({ kind }) => kind)).toEqual(["main"]);
  });

  test("pauses, changes its rate and goes on while its judges are asked", async () => {
    const place = newFolder();
    const records = [1, 2, 3, 4, 5].map((id) => record(id));
    const more = { ...judging(place.folder), requestsPerMinute: 120 };
    const handle = await start(place, records, more);
    const judged = async (): Promise<number> => {
      const { stage: running, prepared } = await handle.query(describeQuery);
      return running?.kind === "judge" && prepared ? outcomesIn(prepared.directory).length : 0;
    };
    while ((await judged()) < 3) await sleep(100);
    await handle.signal(pauseSignal);
    await sleep(4_000);
    const whilePaused = await judged();
    expect(whilePaused).toBeLessThan(20);
    await sleep(2_000);
    expect(await judged()).toBe(whilePaused);
    expect((await handle.query(describeQuery)).state).toBe("paused");
    await handle.signal(changeSignal, { requestsPerMinute: 1_200 });
    await handle.signal(resumeSignal, {});
    const { stages } = await handle.result();
    expect(stages?.[1]).toMatchObject({ kind: "judge", records: 20, completed: 20, failed: 0 });
    const [group] = (await handle.query(describeQuery)).groups;
    const judges = stage.client.workflow.getHandle(group?.workflowId ?? "");
    expect((await judges.query(groupProgressQuery)).requestsPerMinute).toBe(1_200);
  });

  test("judges a completed file alone, and asks nothing again that was answered", async () => {
    const place = newFolder();
    const { folder, name } = place;
    const first = await (await start(place, [record(1), record(2)], {})).result();
    const judgeOf = first.completedFile;
    const judge = judging(folder).judge!;
    const judgeOnly = { folder, name: `judge-${name}` };
    const one = { judge: { ...judge, judges: ["kind"] }, judgeOf };
    const before = await (await start(judgeOnly, [record(1)], one)).result();
    expect(before).toMatchObject({ records: 4, completed: 4 });
    const both = { judge, judgeOf, reuse: true };
    const after = await (await start(judgeOnly, [record(1)], both)).result();
    expect(after).toMatchObject({ records: 8, completed: 8 });
    const sent = read(before.completedFile).map((line) => line["timestamp_sent"]);
    const lines = read(after.completedFile);
    expect(lines.slice(0, 4)).toEqual(read(before.completedFile));
    expect(lines.slice(0, 4).map((line) => line["timestamp_sent"])).toEqual(sent);
    const directory = after.stages?.[0]?.directory ?? "";
    expect(outcomesIn(directory)).toHaveLength(4);
  });
});

describe.concurrent("an experiment with rephrasing", () => {
  test("sends the rephrased prompts and then the original ones, and has them judged", async () => {
    const place = newFolder();
    const { folder, name } = place;
    const settings = {
      ...rephrasing(folder, { parser: "split_numbered_list" }),
      ...judging(folder),
    };
    const handle = await start(place, [record("a"), record("b")], settings);
    const result = await handle.result();
    expect(result.stages).toMatchObject([
      { kind: "rephrase", name: `rephrase-${name}`, records: 4, completed: 4 },
      { kind: "main", name: `post-rephrase-${name}`, records: 10, completed: 10 },
      { kind: "judge", name: `judge-post-rephrase-${name}`, records: 40, completed: 40 },
    ]);
    expect(result).toMatchObject({ records: 10, completed: 10 });
    const lines = read(result.completedFile);
    expect(lines.map(({ id, prompt }) => [id, prompt])).toEqual([
      ...["0-a", "0-b", "1-a", "1-b"].flatMap((one) => [
        [`rephrase-big-${one}-0`, "one"],
        [`rephrase-big-${one}-1`, "two"],
      ]),
      ["a", "prompt a"],
      ["b", "prompt b"],
    ]);
    expect(lines[0]).toMatchObject({ "input-id": "a", "input-prompt": "prompt a", api: "test" });
    expect(output(place, `post-rephrase-${name}`)).toContain(`${name}.jsonl`);
    expect(readdirSync(join(folder, "input"))).toEqual([]);
    expect(await handle.query(describeQuery)).toMatchObject({
      state: "finished",
      stage: { kind: "judge" },
    });
  });

  test("leaves failed rephrases out", async () => {
    const place = newFolder();
    writeJson(join(place.folder, "rephrase/settings.json"), {
      big: { api: "test", model_name: "r", parameters: failing },
    });
    const more = rephrasing(place.folder);
    const kept = await (await start(place, [record("a")], more)).result();
    expect(kept.stages).toMatchObject([
      { kind: "rephrase", completed: 0, failed: 2 },
      { kind: "main", records: 1, completed: 1 },
    ]);
    const none = await (
      await start(place, [record("a")], rephrasing(place.folder, { removeOriginal: true }))
    ).result();
    expect(none.stages).toMatchObject([{ failed: 2 }, { kind: "main", records: 0 }]);
  });

  test("only writes the prompts where nothing else is wanted", async () => {
    const place = newFolder();
    const { folder, name } = place;
    const more = rephrasing(folder, { only: true, removeOriginal: true });
    const result = await (await start(place, [record("a")], more)).result();
    expect(result.stages?.map(({ kind }) => kind)).toEqual(["rephrase"]);
    expect(result.rephrasedFile).toBe(
      join(folder, "output", `post-rephrase-${name}`, `post-rephrase-${name}.jsonl`),
    );
    expect(read(result.rephrasedFile).map(({ id }) => id)).toEqual([
      "rephrase-big-0-a",
      "rephrase-big-1-a",
    ]);
  });
});
