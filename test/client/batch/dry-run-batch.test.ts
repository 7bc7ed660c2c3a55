import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawBatch } from "../../../src/client/batch/draw-batch.js";
import { dryRunBatch } from "../../../src/client/batch/dry-run-batch.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const examples = join(import.meta.dirname, "../../../examples/flows");

test("a dry run sends the first line through all nodes, and estimates the rest", async () => {
  const data = join(examples, "grade/questions.csv");
  const { lines, estimate } = await dryRunBatch(join(examples, "grade"), { inputs: { data } });
  expect(lines).toMatchObject([
    {
      line_number: 0,
      calls: [{ step: "answer", target: "test/small", response: "The answer is four." }],
      end: {
        status: "completed",
        output: { answer: "The answer is four." },
        nodes: { answer: "completed", grade: "completed" },
      },
    },
  ]);
  const [call] = lines[0]?.calls ?? [];
  expect(estimate).toEqual({ lines: 4, calls: 4, promptTokens: 4 * (call?.promptTokens ?? 0) });
});

test("without calls, prompts are rendered, and an answer in JSON has the parts that are read", async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, "rate.prompty"),
    [
      "---",
      "model:",
      "  configuration: { connection: test, model: small }",
      "  parameters: { response_format: { type: json_object } }",
      "inputs: { text: { type: string } }",
      "outputs: { score: { type: int } }",
      "---",
      "# system:",
      "Hello world",
      "# user:",
      "Rate {{ text }}",
      "",
    ].join("\n"),
  );
  const { lines, estimate } = await dryRunBatch(join(folder, "rate.prompty"), {
    inputs: { data: [{ text: "this" }, { text: "that" }] },
    calls: false,
  });
  // Two words for the system and two for the user, each with its role: one token each.
  const prompt = [
    { role: "system", content: "Hello world" },
    { role: "user", content: "Rate this" },
  ];
  expect(lines).toMatchObject([
    {
      calls: [{ step: "prompty", target: "test/small", prompt, promptTokens: 6 }],
      end: { status: "completed", output: { score: "<answer of test/small>" } },
    },
  ]);
  expect(lines[0]?.calls[0]).not.toHaveProperty("response");
  expect(estimate).toEqual({ lines: 2, calls: 2, promptTokens: 12 });
});

test("a dry run of a chat group shows the calls of every turn", async () => {
  const data = join(examples, "riddle/riddles.jsonl");
  const { lines } = await dryRunBatch(join(examples, "riddle"), { inputs: { data }, calls: false });
  expect(lines[0]?.calls.map(({ step, prompt }) => [step, prompt.length])).toEqual([
    ["host.prompty", 1],
    ["host.prompty", 3],
    ["host.prompty", 5],
  ]);
});

test("a flow is drawn with its nodes, and a chat group with its roles, without running code", async () => {
  expect((await drawBatch(join(examples, "grade"))).split("\n")).toEqual([
    "flowchart TD",
    '  inputs[("inputs")]',
    '  outputs[("outputs")]',
    '  n0["answer<br/>test/small"]',
    '  n1["grade<br/>grade.py"]',
    '  n2[["accuracy<br/>accuracy.py"]]',
    "  inputs --> n0",
    "  inputs --> n1",
    "  n0 --> n1",
    "  n1 --> n2",
    '  n0 -->|"answer"| outputs',
    '  n1 -->|"is_right"| outputs',
    "",
  ]);
  const step = { use: "prompty", done: 2, failed: 0, dropped: 0, waiting: 0, inFlight: 1 };
  const live = [{ name: "host.prompty", ...step }];
  expect((await drawBatch(join(examples, "riddle"), { live })).split("\n")).toEqual([
    "flowchart TD",
    '  r0["host<br/>prompty<br/>2 done, 1 in flight"]',
    '  r1["guest<br/>guest"]',
    "  r0 --> r1",
    '  r1 -->|"at most 6 turns"| r0',
    "",
  ]);
});

test("a plain function tells its inputs by the names that it takes apart, with their defaults", async () => {
  const flow = join(temporaryFolder(), "sum.mjs");
  writeFileSync(flow, "export default ({ n, add = 2 }) => ({ sum: n + add });\n");
  const { lines } = await dryRunBatch(flow, { inputs: { data: [{ n: 1, other: 5 }] } });
  expect(lines).toMatchObject([{ inputs: { n: 1, add: 2 }, end: { output: { sum: 3 } } }]);
  const missing = dryRunBatch(flow, { inputs: { data: [{ m: 1 }] } });
  await expect(missing).rejects.toThrow('no row of the source "data" has the column "n"');
});

test("a file in another language runs with an executor, by command or by a module", async () => {
  const folder = temporaryFolder();
  const program = join(import.meta.dirname, "../../../examples/executors/perl/executor.pl");
  copyFileSync(program, join(folder, "executor.pl"));
  const library = join(import.meta.dirname, "../../../dist/src/flow/executors.js");
  writeFileSync(
    join(folder, "own.mjs"),
    `import { createExecutor } from ${JSON.stringify(library)};
    export default (settings) => createExecutor("perl executor.pl", settings);`,
  );
  for (const executor of ["perl executor.pl", "module:own.mjs"]) {
    const { lines } = await dryRunBatch("executor.pl#words", {
      workingDir: folder,
      executor,
      inputs: { data: [{ text: "one two three" }] },
    });
    expect(lines).toMatchObject([{ end: { status: "completed", output: { words: 3 } } }]);
  }
});
