import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeResult, lastJson } from "../../../../bench/lib/cli-process.js";
import { BatchEngine, connect } from "../../../../src/index.js";
import type { ChatGroupSettings } from "../../../../src/index.js";
import { sharedCli } from "../../../helpers/cli-set-up.js";

const history = "${parent.conversation_history}";
const cli = sharedCli({ withWorker: true });

const example = join(import.meta.dirname, "../../../../examples/flows/riddle");
const lines = join(example, "riddles.jsonl");

/** The latest output file of a run, by line. */
function outputsOf(name: string): readonly object[] {
  const folder = join(cli.setUp.dataFolder, "output", name);
  const file = readdirSync(folder).filter((each) => each.endsWith("-output.jsonl"));
  const text = readFileSync(join(folder, file.sort().at(-1) ?? "none"), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as object);
}

function talk(...guesses: readonly string[]): readonly object[] {
  return guesses.flatMap((output) => [
    { role: "host", output: "It lives in the sea." },
    { role: "guest", output },
  ]);
}

function outputOf(line: number, history: readonly object[]): object {
  return {
    line_number: line,
    ...Object.fromEntries(history.entries()),
    conversation_history: history,
  };
}

test(
  "the example of a chat group: a model and a Python file talk in turns for each line",
  { timeout: 90_000 },
  async () => {
    const run = await cli.ostinato("batch", "run", example, "--data", lines, "-mq", "6000");
    expect(run, describeResult(run)).toMatchObject({ code: 0 });
    expect(outputsOf("riddle")).toEqual([
      outputOf(0, talk("a fish", "a whale", "[STOP]")),
      outputOf(1, talk("a crab", "[STOP]")),
    ]);
    expect(lastJson(await cli.ostinato("batch", "result", "riddle", "--json"))).toMatchObject({
      status: "Completed",
      total_lines: 2,
      completed_lines: 2,
      metrics: {},
      node_status: { "host.prompty.completed": 2, "guest.guest.completed": 2 },
    });
    expect(lastJson(await cli.ostinato("status", "riddle", "--json"))).toMatchObject({
      steps: [
        { name: "host.prompty", models: ["test/small"], done: 2 },
        { name: "guest.guest", use: "guest.py", done: 2 },
      ],
    });
  },
);

test(
  "a preview runs the first lines and shows them; draw has the counts, dry-run needs no server",
  { timeout: 90_000 },
  async () => {
    const given = ["--data", lines, "--lines", "1"];
    const shown = await cli.ostinato(
      ...["batch", "preview", example, ...given, "--name", "looked-at", "-mq", "6000", "--json"],
    );
    expect(shown, describeResult(shown)).toMatchObject({ code: 0 });
    expect(lastJson(shown)).toMatchObject({
      line_number: 0,
      status: "Completed",
      inputs: { "host.word": "whale" },
      outputs: { conversation_history: talk("a fish", "a whale", "[STOP]") },
    });
    const drawn = await cli.ostinato("batch", "draw", example, "--live", "looked-at");
    expect(drawn.stdout).toContain("prompty<br/>1 done");
    const away = { OSTINATO_TEMPORAL_PORT: "1" };
    const dry = await cli.ostinatoWith(
      away,
      ...["batch", "dry-run", example, ...given, "--no-calls"],
    );
    expect(dry, describeResult(dry)).toMatchObject({ code: 0 });
    expect(dry.stdout).toContain("host.prompty asks test/small");
    expect(dry.stdout).toContain("2 lines, about 6 calls");
  },
);

test(
  "a turn that fails fails its line, and a retry asks only what has no answer",
  { timeout: 90_000 },
  async () => {
    const folder = join(cli.setUp.folder, "flaky");
    cpSync(example, folder, { recursive: true });
    const flag = join(cli.setUp.folder, "repaired");
    writeFileSync(
      join(folder, "guest.py"),
      [
        "import os",
        "def guest(talk: list, guesses: list):",
        `    if len(talk) == 3 and guesses[0] == 'a fish' and not os.path.exists(${JSON.stringify(flag)}):`,
        "        raise ValueError('lost for words')",
        "    own = [turn for turn in talk if turn['role'] == 'guest']",
        "    return guesses[len(own)] if len(own) < len(guesses) else '[STOP]'",
        "",
      ].join("\n"),
    );
    const run = await cli.ostinato("batch", "run", "flaky", "--data", lines, "-mq", "6000");
    expect(run, describeResult(run)).toMatchObject({ code: 1 });
    const result = lastJson(await cli.ostinato("batch", "result", "flaky", "--json"));
    expect(result).toMatchObject({
      completed_lines: 1,
      failed_lines: 1,
      error_summary: { error_list: [{ line_number: 0, error: { message: "lost for words" } }] },
    });
    writeFileSync(flag, "");
    const again = await cli.ostinato("retry-failed", "flaky");
    expect(again, describeResult(again)).toMatchObject({ code: 0 });
    expect(outputsOf("flaky")).toEqual([
      outputOf(0, talk("a fish", "a whale", "[STOP]")),
      outputOf(1, talk("a crab", "[STOP]")),
    ]);
    // Two of the three calls of the line were answered in the first run.
    expect(callsOfRuns("flaky")).toEqual([
      { asked: 4, reused: 0 },
      { asked: 1, reused: 2 },
    ]);
  },
);

test(
  "a chat group in code runs with a BatchEngine, and tells of its progress",
  { timeout: 60_000 },
  async () => {
    const counts: number[] = [];
    const ostinato = await connect({ env: cli.setUp.env });
    const group: ChatGroupSettings = {
      name: "in-code",
      maxTurns: 2,
      roles: [
        { role: "host", flow: "host.prompty", inputs: { talk: history, word: "crab" } },
        {
          role: "guest",
          flow: "guest.py",
          stopSignal: "a crab",
          inputs: { talk: history, guesses: ["a crab"] },
        },
      ],
    };
    const engine = new BatchEngine(group, { ostinato, workingDir: example });
    const result = await engine.run({
      inputs: { data: [{ id: 1 }, { id: 2 }] },
      requestsPerMinute: 6_000,
      dataFolder: cli.setUp.dataFolder,
      outputDir: join(cli.setUp.folder, "in-code"),
      onProgress: ({ completed }) => counts.push(completed),
    });
    await ostinato.close();
    expect(result).toMatchObject({ status: "Completed", totalLines: 2, completedLines: 2 });
    expect(counts.at(-1)).toBe(2);
    expect(outputsOf("in-code")).toEqual([0, 1].map((line) => outputOf(line, talk("a crab"))));
    const copied = readFileSync(join(cli.setUp.folder, "in-code", "output.jsonl"), "utf8");
    expect(copied.split("\n")).toHaveLength(3);
  },
);

test(
  "problems of a chat group are told at once, and nothing is run",
  { timeout: 60_000 },
  async () => {
    cli.write("say.py", "def say(talk: list):\n    return 'x'\n");
    cli.write(
      "group.yaml",
      "max_turns: 0\nroles:\n  - { role: a, flow: say.py, input: {} }\n  - { role: a, flow: say.py, inputs: {} }\n",
    );
    const wrong = await cli.ostinato("batch", "run", "group.yaml", "--data", lines);
    expect(wrong.code, describeResult(wrong)).toBe(2);
    expect(wrong.stderr).toContain("`roles[0].input` is no key");
    expect(wrong.stderr).toContain("expected `max_turns` to be at least 1, got 0");
    cli.write(
      "group.yaml",
      "max_turns: 2\nroles:\n  - { role: a, flow: say.py, inputs: {} }\n  - { role: a, flow: say.py, inputs: { talks: '${parent.conversation_history}' } }\n",
    );
    const twice = await cli.ostinato("batch", "run", "group.yaml", "--data", lines);
    expect(twice.code, describeResult(twice)).toBe(2);
    expect(twice.stderr).toContain('The role "a" gets no conversation');
    expect(twice.stderr).toContain('Two roles are called "a"');
    expect(twice.stderr).toContain("Did you mean");
  },
);

/**
 * By run, the oldest first: how many calls its journal has, and how many of them an earlier run
 * made.
 */
function callsOfRuns(name: string): readonly { asked: number; reused: number }[] {
  const folder = join(cli.setUp.dataFolder, "output", name);
  const runs = readdirSync(folder)
    .filter((each) => each.startsWith("."))
    .sort();
  return runs.map((run) => {
    const logs = readdirSync(join(folder, run), { recursive: true, encoding: "utf8" });
    const text = logs
      .filter((each) => each.endsWith(".jsonl"))
      .map((each) => readFileSync(join(folder, run, each), "utf8"))
      .join("");
    const calls = text.split("\n").filter((line) => line.includes('"kind":"call"'));
    const reused = calls.filter((line) => line.includes('"reused":true')).length;
    return { asked: calls.length - reused, reused };
  });
}

test(
  "a failed aggregation stands in the summary, the status and the list, and is retried",
  { timeout: 90_000 },
  async () => {
    // Outside the flow's folder, whose files the run keeps a copy of.
    const divisor = join(cli.setUp.dataFolder, "divisor.txt");
    writeFileSync(divisor, "0");
    const aggregate = `def aggregate(lines):\n    1 / int(open(${JSON.stringify(divisor)}).read())\n`;
    cli.write("mean.py", `def mean(n: int):\n    print("got", n)\n    return n\n\n${aggregate}`);
    cli.write("n.jsonl", [{ n: 1 }, { n: 2 }]);
    const run = await cli.ostinato("batch", "run", "mean.py", "--data", "n.jsonl");
    expect(run, describeResult(run)).toMatchObject({ code: 1 });
    expect(run.stderr).toContain(
      "mean finished, aggregation failed: 2 completed, none failed of 2",
    );
    expect(lastJson(await cli.ostinato("status", "mean", "--json"))).toMatchObject({
      aggregationErrors: [{ message: "division by zero" }],
    });
    const { stdout: life } = await cli.ostinato("why", "mean", "1");
    expect(life).toContain("  mean printed: got 2\n");
    expect(life).toContain("(line 1, ");
    // Its lines have the numbers 0 and 1.
    expect((await cli.ostinato("why", "mean", "2")).code).toBe(2);
    expect(life).not.toContain("got 1");
    const list = await cli.ostinato("list", "mean");
    expect(list.stdout).toContain("finished (aggregation failed)");
    writeFileSync(divisor, "1");
    const again = await cli.ostinato("retry-failed", "mean");
    expect(again, describeResult(again)).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("Completed: 2 completed and 0 failed of 2 lines");
  },
);
