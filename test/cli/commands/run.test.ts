import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CliResult } from "../../../bench/lib/cli-process.js";
import { resultOf } from "../../../bench/lib/cli-process.js";
import { repository } from "../../../bench/lib/repository.js";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import { sharedCli, testRecords } from "../../helpers/cli-set-up.js";
import { schemaProblems } from "../../helpers/status-schema.js";

const cli = sharedCli({ withWorker: true });

interface Line {
  readonly id: number;
  readonly status: string;
  readonly error?: { readonly type: string };
}

function linesOf(text: string): Line[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

function completedLines({ stdout }: CliResult): Line[] {
  return linesOf(readFileSync(stdout.trim(), "utf8"));
}

async function statusOf(name: string): Promise<Record<string, unknown>> {
  const { stdout } = await cli.ostinato("status", name, "--json");
  const status = JSON.parse(stdout) as Record<string, unknown>;
  expect(schemaProblems(status)).toEqual([]);
  return status;
}

async function reaches(name: string, state: string): Promise<void> {
  await waitUntil(async () => (await statusOf(name))["state"] === state, {
    what: `${name} to be ${state}`,
    timeoutMs: 60_000,
    everyMs: 300,
  });
}

describe("ostinato run", () => {
  test("runs the example: a summary for people, the completed file's path as data, exit 0", async () => {
    const example = join(repository, "examples/hello.jsonl");
    const result = await cli.ostinato("run", example, "-mq", "1000");
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toContain("hello has started.");
    expect(result.stderr).toMatch(/hello finished: 30 completed, none failed of 30 in /);
    const given = linesOf(readFileSync(example, "utf8")).map(({ id }) => id);
    const lines = completedLines(result);
    expect(lines.map(({ id }) => id)).toEqual(given);
    expect(new Set(lines.map(({ status }) => status))).toEqual(new Set(["completed"]));
  });

  test("follows the same experiment where it is running already, and refuses another of its name", async () => {
    // At two calls a minute it runs until the rate is changed.
    const file = cli.write("twice.jsonl", testRecords(3, { latency_ms: 10 }));
    const first = cli.stack.start("run", file, "-mq", "2");
    await waitUntil(() => first.stderr().includes("has started"), {
      what: "the start",
      timeoutMs: 60_000,
    });
    const other = await cli.ostinato("run", file, "-mq", "60");
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toContain("--name");
    const second = cli.stack.start("run", "--file", file, "--max-queries=2");
    await waitUntil(() => second.stderr().includes("twice is already running; following it."), {
      what: "the following",
      timeoutMs: 60_000,
    });
    expect(await cli.ostinato("change", "twice", "-mq", "6000")).toMatchObject({ code: 0 });
    const [result, followed] = await Promise.all([resultOf(first), resultOf(second)]);
    expect(followed).toMatchObject({ code: 0, stdout: result.stdout });
    expect(completedLines(followed)).toHaveLength(3);
  }, 180_000);

  test("exits with 1 where records failed, and counts them by type; retry-failed sends them again", async () => {
    const flaky = testRecords(3, { latency_ms: 10 }).concat(
      testRecords(1, { fail_times: 2, latency_ms: 10 }).map((record) => ({ ...record, id: 3 })),
    );
    const result = await cli.ostinato(
      "run",
      cli.write("flaky.jsonl", flaky),
      "-mq",
      "6000",
      "-ma",
      "1",
    );
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("flaky finished: 3 completed, 1 failed of 4");
    expect(result.stderr).toMatch(
      /^ {2}failed +1 ServerError \(record 3\): .* 500, as told to\.\n +ostinato retry-failed flaky/m,
    );
    expect(completedLines(result).map(({ status }) => status)).toEqual([
      "completed",
      "completed",
      "completed",
      "failed",
    ]);
    // Its id, by which `why` finds it, not its line.
    expect((await cli.ostinato("status", "flaky")).stdout).toContain(", record 3: ");
    const retried = await cli.ostinato("retry-failed", "flaky", "-ma", "5");
    expect(retried.code).toBe(0);
    expect(retried.stdout).not.toBe(result.stdout);
    expect(completedLines(retried).map(({ id, status }) => [id, status])).toEqual([
      [0, "completed"],
      [1, "completed"],
      [2, "completed"],
      [3, "completed"],
    ]);
  });

  test("exits with 3 where all that is left waits for a person, and says for what and how it goes on", async () => {
    const refused = testRecords(3, { status: 401 }).map((record) => ({
      ...record,
      model_name: "locked",
    }));
    const file = cli.write("locked.jsonl", [...testRecords(2, { latency_ms: 10 }), ...refused]);
    const result = await cli.ostinato("run", file, "-mq", "6000");
    expect(result).toMatchObject({ code: 3, stdout: "" });
    expect(result.stderr).toContain("`test/locked` waits: ");
    expect(result.stderr).toContain("ostinato resume locked");
    expect(await statusOf("locked")).toMatchObject({ state: "blocked", completed: 2, failed: 0 });
    expect((await cli.ostinato("resume", "locked")).code).toBe(0);
    expect((await cli.ostinato("cancel", "locked")).code).toBe(0);
    const followed = await cli.ostinato("follow", "locked");
    expect(followed.code).toBe(1);
    expect(completedLines(followed).map(({ error }) => error?.type ?? "")).toEqual([
      ...["", ""],
      ...["cancelled", "cancelled", "cancelled"],
    ]);
  });

  test("--json writes an object a line on stdout: the plan, statuses, then the summary", async () => {
    const file = cli.write(
      "machine.jsonl",
      testRecords(4, { latency_ms: 200, usage: { input_tokens: 2 } }),
    );
    const { code, stdout } = await cli.ostinato("run", file, "-mq", "6000", "--json");
    expect(code).toBe(0);
    const objects = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(objects[0]).toMatchObject({ type: "plan", total: { records: 4, calls: 4 } });
    expect(new Set(objects.slice(1, -1).map(({ type }) => type))).toEqual(new Set(["status"]));
    expect(objects.at(-1)).toMatchObject({
      type: "summary",
      name: "machine",
      state: "finished",
      completed: 4,
      failed: 0,
      summary: {
        records: 4,
        failures: [],
        tokens: [{ target: "test/parrot", input: 8, output: 0 }],
      },
    });
  });

  test("Ctrl-C detaches and says how to come back; the experiment goes on", async () => {
    // At two calls a minute it runs until the rate is changed.
    const file = cli.write("left.jsonl", testRecords(3, { latency_ms: 10 }));
    const running = cli.stack.start("run", file, "-mq", "2");
    await waitUntil(() => running.stderr().includes("left: running"), {
      what: "the first status",
      timeoutMs: 60_000,
    });
    running.kill("SIGINT");
    const { code, stdout, stderr } = await resultOf(running);
    expect(stderr).toContain(
      "Detached. left continues. Follow it again with `ostinato follow left`.",
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(await cli.ostinato("change", "left", "-mq", "6000")).toMatchObject({ code: 0 });
    const followed = await cli.ostinato("follow", "left");
    expect(followed.code).toBe(0);
    expect(completedLines(followed)).toHaveLength(3);
  }, 180_000);

  test("--detach prints the name alone", async () => {
    const file = cli.write("quiet.jsonl", testRecords(2, { latency_ms: 10 }));
    const { code, stdout, stderr } = await cli.ostinato("run", file, "--detach", "-mq", "6000");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "quiet\n" });
    expect(stderr).toContain("ostinato follow quiet");
    expect((await cli.ostinato("follow", "quiet")).code).toBe(0);
  });

  test("--skip-invalid records what is no record as failed", async () => {
    const [record] = testRecords(1, { latency_ms: 10 });
    const file = cli.write("torn.jsonl", `${JSON.stringify(record)}\n{torn\n`);
    const result = await cli.ostinato("run", file, "--skip-invalid", "-mq", "6000");
    expect(result.code).toBe(1);
    expect(completedLines(result).map(({ status }) => status)).toEqual(["completed", "failed"]);
  });

  test("refuses a file whose name is taken in input/ by other content", async () => {
    const file = cli.write("taken.jsonl", testRecords(1, { latency_ms: 10 }));
    cli.write("data/input/taken.jsonl", testRecords(2, { latency_ms: 10 }));
    const { code, stderr } = await cli.ostinato("run", file);
    expect(stderr).toContain("taken.jsonl");
    expect(stderr).toContain("--name");
    expect(code).toBe(2);
  });
});

describe("a running experiment", () => {
  const name = "steered";

  test("is paused, changed, resumed, listed and cancelled", { timeout: 240_000 }, async () => {
    const file = cli.write(`${name}.jsonl`, testRecords(2_000, { latency_ms: 10 }));
    await cli.ostinato("run", file, "--detach", "-mq", "120");
    await reaches(name, "running");

    const paused = await cli.ostinato("pause", name);
    expect(paused).toMatchObject({ code: 0, stdout: "" });
    expect(paused.stderr).toContain(`ostinato resume ${name}`);
    await reaches(name, "paused");
    // Calls in flight still end. At two calls a second, more would end every two seconds.
    let completed: unknown;
    await waitUntil(
      async () => {
        const before = completed;
        ({ completed } = await statusOf(name));
        return completed === before;
      },
      { what: "two seconds without an answer", timeoutMs: 60_000, everyMs: 2_000 },
    );

    expect((await cli.ostinato("change", name, "-mq", "600", "--in-flight", "5")).code).toBe(0);
    expect((await cli.ostinato("resume", name)).code).toBe(0);
    await reaches(name, "running");
    await waitUntil(async () => (await statusOf(name))["requestsPerMinute"] === 600, {
      what: "the changed rate",
      timeoutMs: 60_000,
      everyMs: 300,
    });

    const text = await cli.ostinato("status", name);
    expect(text.stdout).toContain(`${name} running`);
    const open = await cli.ostinato("status", "--json");
    expect(open.stdout).toContain(`"name":"${name}"`);
    for (const line of linesOf(open.stdout)) expect(schemaProblems(line)).toEqual([]);
    const list = await cli.ostinato("list");
    expect(list.stdout).toMatch(new RegExp(`^${name} +running`, "m"));
    const results = await cli.ostinato("results", name);
    expect(linesOf(results.stdout).length).toBeGreaterThanOrEqual(Number(completed));

    expect((await cli.ostinato("cancel", name)).code).toBe(0);
    const followed = await cli.ostinato("status", name, "--follow");
    expect(followed.code).toBe(1);
    expect(followed.stderr).toContain(`${name} cancelled: `);
    expect(completedLines(followed)).toHaveLength(2_000);
    const { stdout } = await cli.ostinato("results", name);
    const offline = { OSTINATO_HOME: cli.setUp.folder, OSTINATO_TEMPORAL_PORT: "1" };
    const read = await cli.ostinatoWith(offline, "results", name);
    expect(read).toMatchObject({ code: 0, stdout, stderr: "" });
    expect((await cli.ostinato("pause", name)).code).toBe(2);
  });

  test("of an unknown name is refused with the nearest one", async () => {
    const { code, stderr } = await cli.ostinato("status", "stered");
    expect(stderr).toContain(`Did you mean "${name}"?`);
    expect(code).toBe(2);
  });

  test("of an unknown group is refused", async () => {
    const file = cli.write("grouped.jsonl", testRecords(600, { latency_ms: 10 }));
    await cli.ostinato("run", file, "--detach", "-mq", "60");
    await reaches("grouped", "running");
    const { code, stderr } = await cli.ostinato("change", "grouped", "--group", "gone", "-mq", "5");
    expect(stderr).toContain("gone");
    expect(code).toBe(2);
    await cli.ostinato("cancel", "grouped");
  });
});

test("limits are set, shown and taken off", async () => {
  const key = "api/test/capped";
  expect((await cli.ostinato("limits", "set", key, "-mq", "30", "--in-flight", "2")).code).toBe(0);
  const { stdout } = await cli.ostinato("limits", "--json");
  const shown = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(shown).toContainEqual(
    expect.objectContaining({ key, cap: { requestsPerMinute: 30, inFlight: 2 } }),
  );
  expect((await cli.ostinato("limits")).stdout).toContain(key);
  expect((await cli.ostinato("limits", "unset", key)).code).toBe(0);
  expect((await cli.ostinato("limits", "unset", "api/test/never")).code).toBe(2);
});

test("a program learns what `limits set` and `limits unset` have done", async () => {
  const key = "api/test/told";
  const set = await cli.ostinato("limits", "set", key, "-mq", "30", "--json");
  expect(JSON.parse(set.stdout)).toEqual({ key, cap: { requestsPerMinute: 30 }, warnings: [] });
  const unset = await cli.ostinato("limits", "unset", key, "--json");
  expect(JSON.parse(unset.stdout)).toEqual({ key, cap: {} });
});

test("doctor shows the server, the worker and the data folder", async () => {
  const { code, stdout } = await cli.ostinato("doctor");
  expect(stdout).toContain(`127.0.0.1:${cli.setUp.port.toString()}`);
  expect(stdout).toContain(cli.setUp.dataFolder);
  expect(stdout).not.toContain("unused");
  expect(code).toBe(0);
});

test("results of a finished experiment are its completed file", async () => {
  const file = cli.write("whole.jsonl", testRecords(5, { latency_ms: 10 }));
  const run = await cli.ostinato("run", file, "-mq", "6000");
  const { code, stdout } = await cli.ostinato("results", "whole");
  expect(code).toBe(0);
  expect(stdout).toBe(readFileSync(run.stdout.trim(), "utf8"));
});
