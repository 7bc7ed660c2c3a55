import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeResult } from "../../../bench/lib/cli-process.js";
import { sharedCli } from "../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

function mixed(count: number): object[] {
  return Array.from({ length: count }, (_, id) => ({
    id,
    api: "test",
    model_name: id % 2 === 0 ? "parrot" : "owl",
    prompt: `Say ${id}`,
    ...(id % 5 === 0 && { group: "near/ by" }),
    parameters: { raise_error: "no", latency_ms: 200 },
  }));
}

async function groupsOf(name: string): Promise<readonly object[]> {
  const { stdout } = await cli.ostinato("status", name, "--json");
  const { groups } = JSON.parse(stdout) as { readonly groups: readonly object[] };
  return groups;
}

describe("ostinato run --parallel", () => {
  test(
    "shows the groups before the start, and sends them at the same time, each at its rate",
    { timeout: 120_000 },
    async () => {
      const file = cli.write("mixed.jsonl", mixed(30));
      const rates = cli.write(
        "rates.json",
        '{"test": {"parrot": 600, "default": {"requests_per_minute": 240, "in_flight": 3}}, "openai": 5}',
      );
      const result = await cli.ostinato("run", file, "-p", "-mqj", rates, "-mq", "60");
      expect(result, describeResult(result)).toMatchObject({ code: 0 });
      const shown = result.stderr.replace(/ +$/gm, "").split("\n").slice(0, 5);
      // The assumed time of the last answer is 0.3 to 30 s.
      expect(shown.map((line) => line.replace(/ {2,}/g, " | "))).toEqual([
        "GROUP | RECORDS | INPUT | OUTPUT | COST | TIME | BOUND BY",
        expect.stringMatching(
          /^test-parrot \| 12 \| .* \| 12–48K \| \$0\.00 \| 1\.4s–31\.2s \| 600 requests\/min$/,
        ),
        expect.stringMatching(/^test \| 12 \| .* \| 3 calls in flight$/),
        expect.stringMatching(/^near\/ by \| 6 \| .* \| 5\.3s–35\.3s \| 60 /),
        expect.stringMatching(/^mixed: 30 records in 3 groups, 30 calls, \$0\.00, 5\.3s–/),
      ]);
      const lines = readFileSync(result.stdout.trim(), "utf8").trimEnd().split("\n");
      const answers = lines.map((line) => JSON.parse(line) as { id: number; status: string });
      expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, id) => id));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(["completed"]));

      expect(await groupsOf("mixed")).toMatchObject([
        { name: "test-parrot", limitKey: "api/test/parrot", records: 12, requestsPerMinute: 600 },
        { name: "test", limitKey: "api/test", completed: 12, inFlight: 3 },
        { name: "near/ by", limitKey: "group/near/ by", completed: 6, requestsPerMinute: 60 },
      ]);
    },
  );

  test(
    "has the plan as its first line of --json, also at retry-failed",
    { timeout: 120_000 },
    async () => {
      const records = mixed(2).map((record, id) => ({
        ...record,
        parameters: { raise_error: id === 1 ? "yes" : "no" },
      }));
      const file = cli.write("plan.jsonl", records);
      const rates = cli.write("plan-rates.json", '{"near/ by": 300, "test": 500}');
      const paced = ["--parallel", "-mqj", rates, "-mq", "600"];
      const result = await cli.ostinato("run", file, ...paced, "--json");
      expect(result, describeResult(result)).toMatchObject({ code: 1 });
      const [first = ""] = result.stdout.split("\n");
      expect(JSON.parse(first)).toMatchObject({
        type: "plan",
        groups: [
          { name: "near/ by", records: 1, calls: 1 },
          { name: "test", records: 1, limitKey: "api/test" },
        ],
        total: { records: 2, calls: 2 },
      });

      const retried = await cli.ostinato("retry-failed", "plan", "--json");
      const [plan = ""] = retried.stdout.split("\n");
      expect(JSON.parse(plan), describeResult(retried)).toMatchObject({
        type: "plan",
        groups: [
          { name: "near/ by", calls: 0 },
          { name: "test", records: 1, calls: 1, requestsPerMinute: 500 },
        ],
        reused: 1,
        total: { records: 1, calls: 1 },
      });
    },
  );
});

describe("rates of a whole experiment", () => {
  test("are those of its groups, and stay so at retry-failed", { timeout: 120_000 }, async () => {
    const records = mixed(3).map((record, id) => ({
      ...record,
      parameters: { raise_error: id === 2 ? "yes" : "no" },
    }));
    const file = cli.write("paced.jsonl", records);
    const day = ["--requests-per-day", "900", "--time-zone", "Asia/Tokyo"];
    const run = await cli.ostinato("run", file, "-mq", "600", "--tokens-per-minute", "1e5", ...day);
    expect(run, describeResult(run)).toMatchObject({ code: 1 });
    const requestsPerDay = { requests: 900, resetHour: 0, timeZone: "Asia/Tokyo" };
    expect(await groupsOf("paced")).toMatchObject([
      { name: "all", requestsPerMinute: 600, tokensPerMinute: 100_000, requestsPerDay },
    ]);

    const again = ["--tokens-per-minute", "2e5", "--reset-hour", "9"];
    const retried = await cli.ostinato("retry-failed", "paced", ...again);
    expect(retried, describeResult(retried)).toMatchObject({ code: 1 });
    expect(await groupsOf("paced")).toMatchObject([
      { tokensPerMinute: 200_000, requestsPerDay: { ...requestsPerDay, resetHour: 9 } },
    ]);
  });

  test("are refused where an hour is given for no number of requests", async () => {
    const file = cli.write("hour.jsonl", mixed(1));
    const result = await cli.ostinato("run", file, "--reset-hour", "9");
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain("Expected `--requests-per-day N`");
  });
});

describe("a faulty rate table is refused, and nothing is moved", () => {
  test.each([
    ['{"test": 0}', "line 1, to be a number from 0.0007 (one call a day) to 600,000, got 0"],
    ['{"test": true}', "got true"],
    ['{\n"tset": 5}', 'line 2: no record belongs to "tset". Did you mean "test"'],
    ['{"test": {"parot": 5}}', 'no record belongs to "parot" of "test". Did you mean "parrot"'],
  ])("%s", async (table, words) => {
    const file = cli.write("input.jsonl", mixed(3));
    const rates = cli.write("bad.json", table);
    const result = await cli.ostinato("run", file, "-m", "--parallel", "-mqj", rates);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain(words);
    expect(existsSync(join(cli.setUp.folder, file))).toBe(true);
    expect(existsSync(join(cli.setUp.dataFolder, "output", "input"))).toBe(false);
  });
});
