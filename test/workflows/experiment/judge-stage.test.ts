import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { GroupProgress } from "../../../src/domain/experiment/experiment.js";
import {
  cancelSignal,
  changeSignal,
  describeQuery,
  groupProgressQuery,
  pauseSignal,
  resumeSignal,
} from "../../../workflows/messages.js";
import { realActivities } from "../../replay/real-experiment.js";
import { sharedStage } from "../shared-stage.js";
import {
  failing,
  judging,
  newPlace,
  outcomesIn,
  output,
  read,
  record,
  start,
  writeJson,
} from "../staged.js";

/** Shared by all tests, which run at the same time. Each test's own data is removed at its end. */
const root = mkdtempSync(join(tmpdir(), "ostinato-stages-"));

// Registered before the stage, so it runs after the stage has stopped.
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const stage = sharedStage({ activities: realActivities });

describe.concurrent("an experiment with judges", () => {
  test("has each answer judged by each judge with each template", async () => {
    const place = newPlace(root);
    const { folder, name } = place;
    const records = [record(1), record("two", failing), record(3)];
    const result = await (await start(stage, place, { records, ...judging(folder) })).result();
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
    const place = newPlace(root);
    const handle = await start(stage, place, {
      records: [record(1, failing)],
      ...judging(place.folder),
    });
    const result = await handle.result();
    expect(result).toMatchObject({ status: "finished", completed: 0, failed: 1 });
    expect(result.stages?.[1]).toMatchObject({ kind: "judge", records: 0, completed: 0 });
    expect(readdirSync(join(place.folder, "output"))).toEqual([place.name]);
  });

  test("judges by the folder as it was at the start", async () => {
    const place = newPlace(root);
    const slow = { latency_ms: 4_000, response: "slow" };
    const handle = await start(stage, place, {
      records: [record(1, slow)],
      ...judging(place.folder),
    });
    while ((await handle.query(describeQuery)).state !== "running") await sleep(100);
    writeFileSync(join(place.folder, "judge/template.txt"), "{NONSENSE}");
    writeFileSync(join(place.folder, "judge/settings.json"), "{}");
    const { stages } = await handle.result();
    expect(read(stages?.[1]?.completedFile)[0]).toMatchObject({ prompt: "prompt 1 -> slow?" });
  });

  test("refuses a bad folder before anything is sent or moved", async () => {
    const place = newPlace(root);
    writeFileSync(join(place.folder, "judge/template.txt"), "{OUTPUT}");
    const handle = await start(stage, place, { records: [record(1)], ...judging(place.folder) });
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
    const place = newPlace(root);
    const slow = { latency_ms: 2_000, response: "slow" };
    const records = Array.from({ length: 40 }, (_, id) => record(id, slow));
    const more = { ...judging(place.folder), requestsPerMinute: 600 };
    const handle = await start(stage, place, { records, ...more });
    while ((await handle.query(describeQuery)).state !== "running") await sleep(100);
    await handle.signal(cancelSignal);
    const result = await handle.result();
    expect(result).toMatchObject({ status: "cancelled", records: 40 });
    expect(result.failed).toBeGreaterThan(0);
    expect(result.stages?.map(({ kind }) => kind)).toEqual(["main"]);
  });

  test("pauses, changes its rate and goes on while its judges are asked", async () => {
    const place = newPlace(root);
    const records = [1, 2, 3, 4, 5].map((id) => record(id));
    const more = { ...judging(place.folder), requestsPerMinute: 120 };
    const handle = await start(stage, place, { records, ...more });
    const judged = async (): Promise<number> => {
      const { stage: running, prepared } = await handle.query(describeQuery);
      return running?.kind === "judge" && prepared ? outcomesIn(prepared.directory).length : 0;
    };
    while ((await judged()) < 3) await sleep(100);
    await handle.signal(pauseSignal);
    await vi.waitFor(
      async () => {
        const before = await judged();
        await sleep(3_000);
        expect(await judged()).toBe(before);
      },
      { timeout: 60_000 },
    );
    expect(await judged()).toBeLessThan(20);
    expect((await handle.query(describeQuery)).state).toBe("paused");
    await handle.signal(changeSignal, { requestsPerMinute: 1_200 });
    await handle.signal(resumeSignal, {});
    const { stages } = await handle.result();
    expect(stages?.[1]).toMatchObject({ kind: "judge", records: 20, completed: 20, failed: 0 });
    const [group] = (await handle.query(describeQuery)).groups;
    const judges = stage.client.workflow.getHandle(group?.workflowId ?? "");
    expect((await judges.query(groupProgressQuery)).requestsPerMinute).toBe(1_200);
  });

  test("counts the cost of its answers with that of its judges, and waits for a larger sum", async () => {
    const place = newPlace(root);
    const { folder } = place;
    // Each answer has one token, which costs 0.1 dollars.
    const usage = { prompt_tokens: 1, completion_tokens: 1 };
    const paid = { latency_ms: 1, max_tokens: 1, usage };
    const kind = { api: "test", model_name: "k", parameters: paid };
    writeJson(join(folder, "judge/settings.json"), { kind });
    const handle = await start(stage, place, {
      records: [1, 2, 3].map((id) => record(id, paid)),
      prices: { test: { "*": { input: 0, output: 100_000 } } },
      maxCost: 0.45,
      judge: { folder: join(folder, "judge"), judges: ["kind"], templates: ["template.txt"] },
    });
    const judges = async (): Promise<GroupProgress | undefined> => {
      const { stage: running, groups } = await handle.query(describeQuery);
      const id = running?.kind === "judge" ? groups[0]?.workflowId : undefined;
      if (id === undefined) return undefined;
      return stage.client.workflow.getHandle(id).query(groupProgressQuery);
    };
    await vi.waitFor(async () => expect(await judges()).toMatchObject({ state: "blocked" }), {
      timeout: 60_000,
      interval: 100,
    });
    const reason =
      "$0.40 of --max-cost 0.45 is spent, and the next call is expected to cost $0.10. Its answer is expected to have 1 token, the average so far.";
    const blocked = [{ target: "max-cost", reason }];
    expect(await judges()).toMatchObject({ completed: 1, blocked });
    await handle.signal(resumeSignal, { maxCost: -1 });
    await handle.signal(resumeSignal, { maxCost: 1 });
    const { stages } = await handle.result();
    expect(stages?.[1]).toMatchObject({ kind: "judge", records: 3, completed: 3, failed: 0 });
  });

  test("judges a completed file alone, and asks nothing again that was answered", async () => {
    const place = newPlace(root);
    const { folder, name } = place;
    const first = await (await start(stage, place, { records: [record(1), record(2)] })).result();
    const judgeOf = first.completedFile;
    const judge = judging(folder).judge!;
    const judgeOnly = { folder, name: `judge-${name}` };
    const records = { records: [record(1)] };
    const one = { judge: { ...judge, judges: ["kind"] }, judgeOf };
    const before = await (await start(stage, judgeOnly, { ...one, ...records })).result();
    expect(before).toMatchObject({ records: 4, completed: 4 });
    const both = { judge, judgeOf, reuse: true };
    const after = await (await start(stage, judgeOnly, { ...both, ...records })).result();
    expect(after).toMatchObject({ records: 8, completed: 8 });
    const sent = read(before.completedFile).map((line) => line["timestamp_sent"]);
    const lines = read(after.completedFile);
    const run = /([\d-]{19})-completed/.exec(before.completedFile)?.[1];
    const reused = read(before.completedFile).map((line) => ({ ...line, reused: { run } }));
    expect(lines.slice(0, 4)).toEqual(reused);
    expect(lines.slice(0, 4).map((line) => line["timestamp_sent"])).toEqual(sent);
    const directory = after.stages?.[0]?.directory ?? "";
    expect(outcomesIn(directory)).toHaveLength(4);
  });
});
