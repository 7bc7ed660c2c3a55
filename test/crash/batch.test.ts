import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { crash } from "../../bench/lib/crash.js";
import { writeGradedFlow } from "../../bench/lib/graded-flow.js";
import { countRepeats } from "../../bench/lib/measure.js";
import { callsReach, crashScenario, mayRepeat } from "../helpers/crash-scenario.js";

const lines = 24;

test(
  "a flow of promptflow's over a CSV file, its worker killed with -9 in the middle, goes on and gives its metrics",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server, ostinato } = await crashScenario({ latencyMs: 400 });
    await writeGradedFlow(setUp, lines);
    const run = ["batch", "run", "graded", "--data", "lines.csv", "-mq", "300"];
    const command = stack.start(...run);
    await callsReach(server, 10);
    const done = await crash({ stack, name: "graded", command }, "worker");
    const result = await resultOf(done.command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const calls = await server.calls();
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2 * lines);
    expect(countRepeats(calls)).toBeLessThanOrEqual(mayRepeat(calls, done.killedAt));
    const folder = join(setUp.dataFolder, "output", "graded");
    const output = readdirSync(folder).find((name) => name.endsWith("-output.jsonl")) ?? "none";
    const outputs = readFileSync(join(folder, output), "utf8").trimEnd().split("\n");
    expect(outputs.map((text) => JSON.parse(text) as unknown)).toEqual(
      Array.from({ length: lines }, (_, i) => ({
        line_number: i,
        answer: `answer to #${i}`,
        is_right: i % 4 !== 0,
      })),
    );
    const shown = await ostinato("batch", "result", "graded", "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      status: "Completed",
      total_lines: lines,
      completed_lines: lines,
      failed_lines: 0,
      node_status: { "ask.completed": lines, "check.completed": lines, "grade.completed": lines },
      // 18 of 24 lines have a truth that their answer is; the lists came in the order of the lines.
      metrics: { accuracy: 0.75, in_order: true },
      system_metrics: { total_tokens: 2 * 14 * lines },
    });
    // The same again asks nothing: its answers are reused.
    const before = (await server.stats()).calls;
    const again = await ostinato(...run);
    expect(again, describeResult(again)).toMatchObject({ code: 0 });
    expect((await server.stats()).calls).toBe(before);
  },
);

/**
 * Line `i` asks `#<i>`. The aggregation reviews each answer with `#<1000 + line>`, keeps the sum of
 * the reviewed lines, and a model sums all up with `#5000`.
 */
const reviewed: Readonly<Record<string, string>> = {
  "flow.dag.yaml": `
inputs:
  i: { type: int }
outputs:
  answer: { type: string, reference: "\${ask.output}" }
nodes:
  - name: ask
    type: llm
    source: { type: code, path: ask.jinja2 }
    inputs: { model: gpt-4o, i: "\${inputs.i}" }
    provider: OpenAI
    connection: open_ai_connection
    api: chat
  - name: review
    type: python
    source: { type: code, path: review.py }
    inputs: { numbers: "\${inputs.i}", answers: "\${ask.output}" }
    aggregation: true
  - name: sum_up
    type: llm
    source: { type: code, path: sum_up.jinja2 }
    inputs: { model: gpt-4o, reviews: "\${review.output}" }
    provider: OpenAI
    connection: open_ai_connection
    api: chat
    aggregation: true
  - name: note
    type: python
    source: { type: code, path: note.py }
    inputs: { summary: "\${sum_up.output}" }
    aggregation: true
`,
  "ask.jinja2": "# user:\nask #{{i}}\n",
  "sum_up.jinja2": "# user:\nsum up #5000: {{ reviews | length }} reviews\n",
  "review.py": `
from ostinato_flow import call, step
from promptflow.core import log_metric, tool

@tool
def review(numbers: list, answers: list):
    sum_of_numbers = step("sum", lambda: sum(numbers))
    reviews = [call("openai/gpt-4o", "review #%d: %s" % (1000 + i, answers[n])).text for n, i in enumerate(numbers)]
    log_metric("sum", sum_of_numbers)
    log_metric("in_order", reviews == ["answer to #%d" % (1000 + i) for i in numbers])
    return reviews
`,
  "note.py": `
from promptflow.core import log_metric, tool

@tool
def note(summary: str):
    log_metric("summary", summary)
`,
};

test(
  "an aggregation asks models: after kill -9 in its middle, and after a resume with one more line, nothing is paid twice",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server, ostinato } = await crashScenario({ latencyMs: 300 });
    mkdirSync(join(setUp.folder, "reviewed"));
    for (const [name, text] of Object.entries(reviewed)) {
      writeFileSync(join(setUp.folder, "reviewed", name), text);
    }
    const few = 8;
    const write = (name: string, count: number): void => {
      const rows = Array.from({ length: count }, (_, i) => `${i}`);
      writeFileSync(join(setUp.folder, name), ["i", ...rows, ""].join("\n"));
    };
    write("few.csv", few);
    const run = ["batch", "run", "reviewed", "-mq", "6000"];
    const command = stack.start(...run, "--data", "few.csv");
    // All lines, and the first reviews.
    await callsReach(server, few + 4);
    const done = await crash({ stack, name: "reviewed", command }, "worker");
    const result = await resultOf(done.command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const calls = await server.calls();
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2 * few + 1);
    expect(countRepeats(calls)).toBeLessThanOrEqual(mayRepeat(calls, done.killedAt));
    const shown = await ostinato("batch", "result", "reviewed", "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      status: "Completed",
      total_lines: few,
      completed_lines: few,
      node_status: { "ask.completed": few, "review.completed": 1, "sum_up.completed": 1 },
      metrics: { sum: 28, in_order: true, summary: "answer to #5000" },
      system_metrics: { total_tokens: 14 * (2 * few + 1) },
    });
    // One more line: its own call, its review and the summary of all.
    write("more.csv", few + 1);
    const before = (await server.calls()).length;
    const more = [...run, "--data", "more.csv", "--name", "more", "--resume-from", "reviewed"];
    const resumed = await ostinato(...more);
    expect(resumed, describeResult(resumed)).toMatchObject({ code: 0 });
    const asked = (await server.calls()).slice(before).map(({ id }) => id);
    expect(asked).toEqual([few, 1000 + few, 5000]);
    const after = await ostinato("batch", "result", "more", "--json");
    expect(JSON.parse(after.stdout)).toMatchObject({
      completed_lines: few + 1,
      metrics: { sum: 36, in_order: true, summary: "answer to #5000" },
    });
  },
);
