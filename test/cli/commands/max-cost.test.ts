import { describe, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { resultOf } from "../../../bench/lib/cli-process.js";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { sharedCli, testRecords } from "../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

/** Each answer costs 0.1 dollars, and is expected to. */
const parameters = {
  latency_ms: 200,
  max_tokens: 1,
  usage: { prompt_tokens: 5, completion_tokens: 1 },
};
const prices = { test: { parrot: { input: 0, output: 100_000 } } };

async function statusOf(name: string): Promise<ExperimentStatus> {
  const { stdout } = await cli.ostinato("status", name, "--json");
  return JSON.parse(stdout) as ExperimentStatus;
}

async function reaches(name: string, state: string, cost: number): Promise<ExperimentStatus> {
  let status = await statusOf(name);
  await waitUntil(
    async () => {
      status = await statusOf(name);
      return status.state === state && status.spending?.cost === cost;
    },
    { what: `${name} to be ${state} at $${cost}`, timeoutMs: 80_000, everyMs: 300 },
  );
  return status;
}

describe("--max-cost", () => {
  test("stops before the sum, and goes on with a larger one", async () => {
    cli.write("prices.json", [prices]);
    const file = cli.write("bound.jsonl", testRecords(10, parameters));
    const flags = ["--prices", "prices.json", "--max-cost", "0.35", "-mq", "6000"];
    const run = await cli.ostinato("run", file, ...flags);
    expect(run).toMatchObject({ code: 3 });
    expect(run.stderr.replace(/\s+/g, " ")).toContain(
      "$0.30 of --max-cost 0.35 is spent, and the next call is expected to cost $0.10. " +
        "Its answer is expected to have 1 token, the average so far. " +
        "Continue with a larger sum: ostinato resume bound --max-cost 0.8",
    );
    expect(await statusOf("bound")).toMatchObject({
      state: "blocked",
      completed: 3,
      maxCost: 0.35,
    });
    const spent = await cli.ostinato("resume", "bound", "--max-cost", "0.2");
    expect(spent).toMatchObject({ code: 2 });
    expect(spent.stderr).toContain(
      '"bound" has spent $0.30 already. Give --max-cost a larger sum.',
    );
    await cli.ostinato("change", "bound", "--max-cost", "0.55");
    await cli.ostinato("resume", "bound");
    expect(await reaches("bound", "blocked", 0.5)).toMatchObject({ completed: 5, maxCost: 0.55 });
    await cli.ostinato("resume", "bound", "--max-cost", "5");
    const end = await resultOf(cli.stack.start("follow", "bound"));
    expect(end).toMatchObject({ code: 0 });
    expect(end.stderr).toContain("$1.00 of at most $5.00");
  }, 180_000);

  test("holds over a kill -9 of the worker in the middle of its calls", async () => {
    cli.write("prices.json", [prices]);
    const slow = { ...parameters, latency_ms: 2_000 };
    const file = cli.write("killed.jsonl", testRecords(10, slow));
    const flags = ["--prices", "prices.json", "--max-cost", "0.35", "-mq", "60", "--detach"];
    await cli.ostinato("run", file, ...flags);
    await waitUntil(async () => (await statusOf("killed")).completed > 0, {
      what: "the first answer",
      timeoutMs: 60_000,
      everyMs: 100,
    });
    cli.stack.killWorkersForGood();
    await cli.stack.startWorker();
    expect(await reaches("killed", "blocked", 0.3)).toMatchObject({ completed: 3 });
  }, 240_000);

  test("refuses a model of unknown price before anything is sent", async () => {
    const records = [{ id: 0, api: "openai", model_name: "no-such-model", prompt: "Hi" }];
    const file = cli.write("unknown.jsonl", records);
    const { code, stderr } = await cli.ostinato("run", file, "--max-cost", "1");
    expect(code).toBe(2);
    expect(stderr).toContain("it is unknown for openai/no-such-model.");
    expect(stderr).toContain('{"openai":{"no-such-model":{"input":0.5,"output":1.5}}}');
  });

  test("counts the calls of a pipeline's rows", async () => {
    cli.write("prices.json", [prices]);
    cli.write(
      "rows.jsonl",
      [1, 2, 3, 4].map((id) => ({ instruction: `Say ${id}` })),
    );
    const llm = { llm: "test/parrot", use: "text-generation", parameters };
    const steps = { load: { use: "load", file: "rows.jsonl" }, one: llm, two: llm };
    cli.write(
      "steps.yaml",
      JSON.stringify({ name: "steps", steps, edges: ["load >> one >> two"] }),
    );
    const flags = ["--prices", "prices.json", "--max-cost", "0.55", "-mq", "6000", "--detach"];
    const started = await cli.ostinato("pipeline", "run", "steps.yaml", ...flags);
    expect(started).toMatchObject({ code: 0 });
    await reaches("steps", "blocked", 0.5);
    await cli.ostinato("resume", "steps", "--max-cost", "0.8");
    const status = await reaches("steps", "finished", 0.8);
    expect(status).toMatchObject({ completed: 4, failed: 0 });
    expect(
      readFileSync(status.completedFile ?? "", "utf8")
        .trim()
        .split("\n"),
    ).toHaveLength(4);
  }, 240_000);

  test("without a worker, a resume waits for the next follow", async () => {
    cli.stack.killWorkersForGood();
    cli.write("prices.json", [prices]);
    const file = cli.write("alone.jsonl", testRecords(4, parameters));
    const flags = ["--prices", "prices.json", "--max-cost", "0.25", "-mq", "6000"];
    expect(await cli.ostinato("run", file, ...flags)).toMatchObject({ code: 3 });
    const resumed = await cli.ostinato("resume", "alone", "--max-cost", "5");
    expect(resumed).toMatchObject({ code: 5 });
    expect(resumed.stderr).toContain("Go on with `ostinato follow alone`");
    expect(await resultOf(cli.stack.start("follow", "alone"))).toMatchObject({ code: 0 });
  }, 120_000);
});
