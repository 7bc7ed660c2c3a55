import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CancelledFailure } from "@temporalio/activity";
import { describe, expect, test, vi } from "vitest";
import type { LogLine } from "../../../src/domain/record/log-line.js";
import { IndexBuilder, indexPath } from "../../../src/storage/index/group-index.js";
import { writeLogWhole } from "../../../src/storage/log/log-files.js";
import { countSlots } from "../../../src/domain/limit/slots.js";
import { completedLine, recordLine, records } from "../../storage/run/prepared-run.js";
import { limitInMemory } from "./limit-in-memory.js";
import { attempt, cancel, failureOf, leaseIn, Sending } from "../sending/sending.js";

const done = { latency_ms: 0 };

function* everySecond(records: number): Generator<LogLine> {
  for (let position = 0; position < records; position += 2) yield completedLine(position);
}

function wants(limit: ReturnType<typeof limitInMemory>): number[] {
  return limit.requests.flatMap(({ request }) => request.asks.map(({ wanted }) => wanted));
}

describe("a wave", () => {
  test("has as many records as slots, in order, and ends where the next one begins", async () => {
    const sending = await Sending.of(records(30));
    const process = sending.process();
    const { limit } = process;
    const wave = await leaseIn(attempt(1), process, sending.wave({ wanted: 12 }));
    expect(wave).toMatchObject({
      ranges: [[0, 12]],
      completed: 0,
      failed: 0,
      blocked: [],
      position: 12,
    });
    expect(countSlots(wave.slots)).toBe(12);
    expect(wave.labels).toHaveLength(12);
    expect(wants(limit)).toEqual([12]);
  });

  test("takes records along that have no slot yet, but only beside some that have", async () => {
    const sending = await Sending.of(records(30));
    const process = sending.process();
    const input = sending.wave({ wanted: 2, records: 20, labels: false });
    const wave = await leaseIn(attempt(1), process, input);
    expect(wave).toMatchObject({ ranges: [[0, 20]], position: 20 });
    expect(countSlots(wave.slots)).toBe(2);
    expect(wants(process.limit)).toEqual([2]);
    const requestsPerDay = { requests: 2, resetHour: 0, timeZone: "UTC" };
    const rest = { ...input, ranges: [[20, 30]] as const, requestsPerDay };
    const none = await leaseIn(attempt(1), process, { ...rest, groupId: "another" });
    expect(countSlots(none.slots)).toBe(2);
  });

  test("ends before the records for which the limit had no slot", async () => {
    const sending = await Sending.of(records(30));
    const process = sending.process();
    const input = sending.wave({ wanted: 25, requestsPerMinute: 300 });
    const wave = await leaseIn(attempt(1), process, input);
    expect(countSlots(wave.slots)).toBe(10);
    expect(wave).toMatchObject({ ranges: [[0, 10]], position: 10 });
  });

  test("passes over what has an outcome already and counts it, whatever Temporal remembers", async () => {
    const lines = records(8).map((_, id) => {
      const parameters = id === 3 ? { ...done, status: 400 } : done;
      return recordLine(id, { parameters });
    });
    const sending = await Sending.of(lines);
    const other = sending.process();
    const sent = { ...sending.slice(3), ranges: [[1, 4]] as const };
    await attempt(1).run(other.activities.sendPrompts, sent);
    const process = sending.process();
    const wave = await leaseIn(attempt(1), process, sending.wave());
    expect(wave).toMatchObject({
      ranges: [
        [0, 1],
        [4, 8],
      ],
      completed: 2,
      failed: 1,
      position: 8,
    });
  });

  test("counts only what it passed over before its end", async () => {
    const sending = await Sending.of(
      [0, 1, 2, 3].map((id) => recordLine(id, { parameters: done })),
    );
    const process = sending.process();
    const { activities } = process;
    const sent = { ...sending.slice(1), ranges: [[2, 3]] as const };
    await attempt(1).run(activities.sendPrompts, sent);
    const wave = await leaseIn(attempt(1), process, sending.wave({ wanted: 2 }));
    expect(wave).toMatchObject({ ranges: [[0, 2]], completed: 0, position: 2 });
  });

  test("tells of a hundred thousand blocked records between others in a thousand ranges", async () => {
    const count = 200_000;
    const sending = await Sending.of([recordLine(0), recordLine(1, { model_name: "other" })]);
    const { directory } = sending.run;
    const twoRecords = readFileSync(indexPath(directory, "all"));
    const index = new IndexBuilder();
    for (let line = 1; line <= count; line += 1) {
      index.add({ offset: 0, length: 1, target: line % 2, line });
    }
    writeFileSync(indexPath(directory, "all"), index.bytes());
    const process = sending.process();
    const input = sending.wave({
      ranges: [[0, count]],
      blocked: ["test/m", "test/other"],
      labels: false,
    });
    const all = await leaseIn(attempt(1), process, input);
    expect(all).toMatchObject({ ranges: [], blocked: [[0, count]], position: count });
    expect(all.coarse).toBeUndefined();
    const log = { directory, slug: "all", writer: "other-process" };
    await writeLogWhole(log, everySecond(count));
    const wave = await leaseIn(attempt(2), process, input);
    expect(wave).toMatchObject({ completed: 100_000, coarse: true, position: count });
    expect(wave.blocked).toHaveLength(1_000);
    expect(JSON.stringify(wave).length).toBeLessThan(50_000);
    // The run is finished at the end of each test, with two records.
    rmSync(join(directory, "all.other-process.jsonl"));
    rmSync(join(directory, "all.other-process.positions"));
    writeFileSync(indexPath(directory, "all"), twoRecords);
  }, 60_000);

  test("walks only the ranges of its page", async () => {
    const sending = await Sending.of(records(20));
    const process = sending.process();
    const ranges = [
      [2, 4],
      [9, 11],
      [15, 18],
    ] as const;
    const wave = await leaseIn(attempt(1), process, sending.wave({ ranges, wanted: 4 }));
    expect(wave).toMatchObject({
      ranges: [
        [2, 4],
        [9, 11],
      ],
    });
    expect(wave.position).toBeGreaterThanOrEqual(11);
    expect(wave.position).toBeLessThanOrEqual(15);
  });

  test("with nothing to send asks for no slot", async () => {
    const sending = await Sending.of([recordLine(0, { parameters: done })]);
    const process = sending.process();
    const { activities, limit } = process;
    await attempt(1).run(activities.sendPrompts, sending.slice(1));
    const asked = limit.requests.length;
    const wave = await leaseIn(attempt(1), process, sending.wave());
    expect(wave).toMatchObject({ ranges: [], slots: [], completed: 1, position: 1 });
    expect(limit.requests).toHaveLength(asked);
  });
});

describe("records of a model that waits for a person", () => {
  const lines = [0, 1, 2, 3, 4].map((id) =>
    recordLine(id, { model_name: id % 2 === 0 ? "even" : "odd", parameters: done }),
  );

  test("are passed over without a slot", async () => {
    const sending = await Sending.of(lines);
    const process = sending.process();
    const { limit } = process;
    const wave = await leaseIn(attempt(1), process, sending.wave({ blocked: ["test/even"] }));
    expect(wave).toMatchObject({
      ranges: [
        [1, 2],
        [3, 4],
      ],
      blocked: [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      failed: 0,
      position: 5,
    });
    expect(wants(limit)).toEqual([2]);
    expect(sending.log()).toEqual([]);
  });

  test("fail without a call where they are not to wait", async () => {
    const sending = await Sending.of(lines, { onBlocked: "fail" });
    const process = sending.process();
    const wave = await leaseIn(attempt(1), process, sending.wave({ blocked: ["test/even"] }));
    expect(wave).toMatchObject({ blocked: [], failed: 3, position: 5 });
    const outcomes = sending.logged("outcome");
    expect(outcomes.map(({ position }) => position)).toEqual([0, 2, 4]);
    expect(outcomes[0]?.outcome).toMatchObject({ status: "failed", attempts: 0 });
  });
});

// outcome-writer.test.ts has as many lines at once as a spread cannot take.
test("records of a refused model fail in one wave, however many reads they take", async () => {
  const count = 5_000;
  const sending = await Sending.of(records(count), { onBlocked: "fail" });
  const process = sending.process();
  const input = sending.wave({ blocked: ["test/m"] });
  const wave = await leaseIn(attempt(1), process, input);
  expect(wave).toMatchObject({ ranges: [], blocked: [], failed: count, position: count });
  expect(await leaseIn(attempt(1), process, input)).toMatchObject({ failed: count });
});

describe("records of a model that asked to be left alone for a while", () => {
  const busy = { latency_ms: 0, status: 429, retry_after_s: 1.2, fail_times: 1 };
  const lines = [
    ...[0, 1, 2].map((id) => recordLine(id, { model_name: "busy", parameters: busy })),
    recordLine(3, { model_name: "busy", parameters: done }),
    recordLine(4, { model_name: "free", parameters: done }),
  ];
  /** Time in which the limit hears of the third 429 and answers. */
  const reportMs = 200;

  test("are passed over and left for later, while others go", async () => {
    const sending = await Sending.of(lines);
    const process = sending.process();
    await failureOf(attempt(1).run(process.activities.sendPrompts, sending.slice(3)));
    await sleep(reportMs);
    const wave = await leaseIn(attempt(1), process, sending.wave());
    expect(wave).toMatchObject({ ranges: [[4, 5]], left: [[0, 4]], blocked: [], position: 5 });
    // The first requests tell the limit of the 429s and want nothing.
    expect(wants(process.limit).filter((wanted) => wanted > 0)).toEqual([1]);
  });

  test("are waited for where nothing else is to be sent", async () => {
    const sending = await Sending.of(lines);
    const process = sending.process();
    await failureOf(attempt(1).run(process.activities.sendPrompts, sending.slice(3)));
    const failedAt = Date.now();
    await sleep(reportMs);
    const wave = await leaseIn(attempt(1), process, sending.wave({ ranges: [[0, 4]] }));
    expect(Date.now() - failedAt).toBeGreaterThan(1_000);
    expect(wave.position).toBeGreaterThan(0);
  });
});

describe("labels", () => {
  const canary = "CANARY ".repeat(60);

  test("show id and start of each prompt, at most 200 bytes of both", async () => {
    const sending = await Sending.of([
      recordLine(0, { id: "first", prompt: "How many?" }),
      recordLine(1, { prompt: canary }),
    ]);
    const process = sending.process();
    const { labels = [] } = await leaseIn(attempt(1), process, sending.wave());
    expect(labels[0]).toBe("first How many?");
    expect(labels[1]).toMatch(/^1 CANARY CANARY .*…$/);
    expect(Buffer.byteLength(labels[1]!)).toBeLessThanOrEqual(200);
  });

  test("show no word of a prompt where previews are off", async () => {
    const sending = await Sending.of([recordLine(7, { prompt: canary })]);
    const process = sending.process();
    const wave = await leaseIn(attempt(1), process, sending.wave({ preview: false }));
    expect(wave.labels).toEqual(["7"]);
    expect(JSON.stringify(wave)).not.toContain("CANARY");
  });

  test("are not brought where slices are of several records", async () => {
    const sending = await Sending.of([recordLine(7, { prompt: canary })]);
    const process = sending.process();
    const wave = await leaseIn(attempt(1), process, sending.wave({ labels: false }));
    expect(wave).not.toHaveProperty("labels");
    expect(JSON.stringify(wave)).not.toContain("CANARY");
  });
});

test("a wait that is cancelled ends as cancelled, and its slots go to the next", async () => {
  const sending = await Sending.of(records(10));
  const limit = limitInMemory({ latencyMs: 100 });
  const process = sending.process({ limit });
  const environment = attempt(1);
  const waiting = leaseIn(environment, process, sending.wave({ requestsPerMinute: 600 }));
  await sleep(80);
  cancel(environment);
  await expect(waiting).rejects.toBeInstanceOf(CancelledFailure);
  await sleep(150);
  const next = sending.wave({ requestsPerMinute: 600 });
  const wave = await leaseIn(attempt(1), process, next);
  expect(countSlots(wave.slots)).toBeGreaterThan(0);
  expect(wants(limit)).toEqual([10]);
});

describe("a wait of minutes", () => {
  test("keeps what it has open while other experiments come and go", async () => {
    const slow = await Sending.of(records(3));
    const other = await Sending.of(records(3));
    const process = slow.process({ limit: limitInMemory({ latencyMs: 150 }) });
    const waiting = leaseIn(attempt(1), process, slow.wave({ wanted: 1 }));
    await sleep(100);
    vi.setSystemTime(Date.now() + 300_000);
    await leaseIn(attempt(1), process, {
      ...other.wave({ wanted: 1 }),
      groupId: "experiment/other/group/all",
    });
    expect(await waiting).toMatchObject({ ranges: [[0, 1]], labels: ["0 p0"] });
  });
});
