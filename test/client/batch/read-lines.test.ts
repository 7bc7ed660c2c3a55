import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readLines } from "../../../src/client/batch/read-lines.js";
import type { LineSettings, LinesReport } from "../../../src/client/batch/read-lines.js";
import type { FlowInput } from "../../../src/domain/flow/flow.js";
import type { MappedLine } from "../../../src/domain/flow/inputs/map-line.js";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

type Inputs = Readonly<Record<string, FlowInput>>;

const question: Inputs = { question: { type: "string" } };
const answered: Inputs = { question: { type: "string" }, answer: { type: "string" } };

/** A run that promptflow wrote. */
const promptflowRun = fileURLToPath(
  new URL("../../fixtures/promptflow-run/parity-run", import.meta.url),
);

async function read(
  inputs: Inputs,
  settings: LineSettings,
  folder = temporaryFolder(),
): Promise<{ readonly lines: readonly MappedLine[]; readonly report: LinesReport }> {
  const { lines, report } = await readLines(
    { inputs },
    { settings, folder, output: join(folder, "output") },
  );
  const all: MappedLine[] = [];
  // A run stages its lines as rows, so they must be JSON objects.
  const rows: AsyncIterable<MappedLine & JsonObject> = lines;
  for await (const line of rows) all.push(line);
  return { lines: all, report: report() };
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function jsonLines(...rows: readonly JsonObject[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

describe("the lines of a run", () => {
  test("are mapped from the rows of a file, in their order", async () => {
    const folder = folderWith({ "d.jsonl": jsonLines({ q: "a" }, { q: "b" }) });
    const settings = { inputs: { data: "d.jsonl" }, mapping: { question: "${data.q}" } };
    expect(await read(question, settings, folder)).toEqual({
      lines: [
        { line_number: 0, inputs: { question: "a" } },
        { line_number: 1, inputs: { question: "b" } },
      ],
      report: {
        rows: { data: 2 },
        lines: 2,
        failing: 0,
        dropped: [],
        warnings: [],
        notices: [],
      },
    });
  });

  test("come from all files of a folder in path order, and other files are told", async () => {
    const folder = folderWith({
      "in/b/2.csv": "question\n02\nNA\n",
      "in/a.json": '[{"question": "01"}]',
      "in/c.tsv": "question\tother\n\tx\n",
      "in/cat.png": "image",
    });
    const { lines, report } = await read(question, { inputs: { data: "in" } }, folder);
    expect(lines.map(({ inputs }) => inputs["question"])).toEqual(["01", "02", "NA", ""]);
    expect(report.warnings).toEqual([
      `Files of other formats in ${JSON.stringify(join(folder, "in"))} are ignored: ${JSON.stringify(join(folder, "in/cat.png"))}.`,
      'No mapping given: inputs come from the same-named columns of "data".',
    ]);
  });

  test("have the text cells of a CSV file, and empty rows shift no line", async () => {
    const folder = folderWith({ "d.csv": "question,n\na,1\n,\n\nb,007\n" });
    const inputs: Inputs = { question: { type: "string" }, n: { type: "string" } };
    const { lines } = await read(inputs, { inputs: { data: "d.csv" } }, folder);
    expect(lines).toEqual([
      { line_number: 0, inputs: { question: "a", n: "1" } },
      { line_number: 1, inputs: { question: "", n: "" } },
      { line_number: 2, inputs: { question: "b", n: "007" } },
    ]);
  });

  test("fail alone where a column or a type is wrong", async () => {
    const inputs: Inputs = { n: { type: "int" } };
    const data = [{ n: "1" }, {}, { n: "x" }, { n: 4 }];
    const { lines, report } = await read(inputs, { inputs: { data } });
    expect(lines.map(({ error }) => error?.type)).toEqual([
      undefined,
      "InputNotFound",
      "InputTypeError",
      undefined,
    ]);
    expect(report).toMatchObject({
      lines: 4,
      failing: 2,
      notices: ["2 lines will fail: inputs are missing or have another type."],
    });
  });

  test("are joined by number, although a source is out of order", async () => {
    const data = [
      { question: "q0", line_number: 0 },
      { question: "q1", line_number: 1 },
      { question: "q3", line_number: 3 },
    ];
    const gold = [
      { text: "g3", line_number: 3 },
      { text: "g0", line_number: 0 },
      { text: "g2", line_number: 2 },
      { text: "without" },
    ];
    const settings = { inputs: { data, gold }, mapping: { answer: "${gold.text}" } };
    const { lines, report } = await read(answered, settings);
    expect(lines).toEqual([
      { line_number: 0, inputs: { question: "q0", answer: "g0" } },
      { line_number: 3, inputs: { question: "q3", answer: "g3" } },
    ]);
    expect(report.dropped).toEqual([
      { reason: 'no row in "gold"', lines: [[1, 2]] },
      { reason: 'no row in "data"', lines: [[2, 3]] },
    ]);
    expect(report.notices).toEqual([
      '1 line is left out (no row in "gold"): 1.',
      '1 line is left out (no row in "data"): 2.',
    ]);
    expect(report.warnings).toEqual([
      '1 row of the source "gold" has no line number and is left out: row 4.',
    ]);
  });

  test("of an unnumbered source count from 0 beside a numbered one", async () => {
    const data = [{ question: "q0" }, { question: "q1" }, { question: "q2" }];
    const gold = [{ text: "g2", line_number: 2 }];
    const settings = { inputs: { data, gold }, mapping: { answer: "${gold.text}" } };
    const { lines, report } = await read(answered, settings);
    expect(lines).toEqual([{ line_number: 2, inputs: { question: "q2", answer: "g2" } }]);
    expect(report.notices).toEqual(['2 lines are left out (no row in "gold"): 0-1.']);
  });

  test("may be only the first ones after the join, with a notice", async () => {
    const data = [0, 1, 2, 3].map((line_number) => ({ line_number, question: "q" }));
    const gold = [1, 2, 3].map((line_number) => ({ line_number, text: "t" }));
    const settings = { inputs: { data, gold }, mapping: { answer: "${gold.text}" }, maxLines: 2 };
    const { lines, report } = await read(answered, settings);
    expect(lines.map(({ line_number }) => line_number)).toEqual([1, 2]);
    expect(report.lines).toBe(2);
    expect(report.notices).toEqual([
      "--max-lines: only the first 2 of 3 lines will run.",
      '1 line is left out (no row in "gold"): 0.',
    ]);
  });

  test("are those of promptflow for the same data", async () => {
    const inputs: Inputs = { x: { type: "int" }, truth: { type: "string", default: "even" } };
    const data = [{ x: 2 }, { x: 3 }, { x: 5 }, { x: 8 }];
    const { lines } = await read(inputs, { inputs: { data }, mapping: { x: "${data.x}" } });
    const ofPromptflow = await read(inputs, {
      inputs: { run: promptflowRun },
      mapping: { x: "${run.inputs.x}", truth: "${run.inputs.truth}" },
    });
    const numbered = lines.filter(({ line_number }) => line_number !== 1);
    // Its line 1 failed, so it has no outputs to join.
    expect(ofPromptflow.lines).toEqual(numbered);
  });

  test("may come from rows that can be read only once", async () => {
    async function* rows(): AsyncGenerator<JsonObject, void, undefined> {
      yield { question: "once" };
    }
    const { lines } = await read(question, { inputs: { data: rows() } });
    expect(lines).toEqual([{ line_number: 0, inputs: { question: "once" } }]);
  });

  test("have paths of images that are relative to their own file", async () => {
    const image = { "data:image/png;path": "cat.png" };
    const folder = folderWith({
      "in/sub/d.jsonl": jsonLines({
        pictures: [image, { "data:image/jpg;url": "http://127.0.0.1/x" }],
        chat: [{ type: "image_file", image_file: { path: "dog.png" } }],
        absolute: { "data:image/png;path": "/tmp/cat.png" },
      }),
    });
    const inputs: Inputs = {
      pictures: { type: "list" },
      chat: { type: "list" },
      absolute: { type: "image" },
    };
    const { lines } = await read(inputs, { inputs: { data: "in" } }, folder);
    expect(lines[0]?.inputs).toEqual({
      pictures: [
        { "data:image/png;path": join(folder, "in/sub/cat.png") },
        { "data:image/jpg;url": "http://127.0.0.1/x" },
      ],
      chat: [{ type: "image_file", image_file: { path: join(folder, "in/sub/dog.png") } }],
      absolute: { "data:image/png;path": "/tmp/cat.png" },
    });
  });
});

describe("an earlier run as a source", () => {
  const lines = [
    { line_number: 0, inputs: { q: "q0" }, status: "completed", output: { a: "a0" } },
    { line_number: 1, inputs: { q: "q1" }, status: "failed", error: { message: "no" } },
    { line_number: 2, inputs: { q: "q2" }, status: "completed", output: { a: "a2" } },
  ];
  const stamp = "28-11-2026-12-00-00";
  const mapping = { question: "${run.inputs.q}", answer: "${run.outputs.a}" };

  function withRun(rows: readonly JsonObject[], more: Readonly<Record<string, string>> = {}) {
    return folderWith({
      [`output/first/.${stamp}/result.json`]: JSON.stringify(finished),
      [`output/first/${stamp}-completed-first.jsonl`]: jsonLines(...rows),
      ...more,
    });
  }
  const finished = { completed: 2, failed: 1, finishedAt: 5 };

  test("has columns of its inputs and outputs, and failed lines are dropped", async () => {
    const folder = withRun(lines);
    const read1 = await read(answered, { inputs: { run: "first" }, mapping }, folder);
    expect(read1.lines).toEqual([
      { line_number: 0, inputs: { question: "q0", answer: "a0" } },
      { line_number: 2, inputs: { question: "q2", answer: "a2" } },
    ]);
    expect(read1.report.dropped).toEqual([{ reason: 'no row in "run.outputs"', lines: [[1, 2]] }]);
  });

  test("may be a run folder of promptflow", async () => {
    const inputs: Inputs = { x: { type: "int" }, parity: { type: "string" } };
    const settings = {
      inputs: { run: promptflowRun },
      mapping: { x: "${run.inputs.x}", parity: "${run.outputs.parity}" },
    };
    expect((await read(inputs, settings)).lines).toEqual([
      { line_number: 0, inputs: { x: 2, parity: "even" } },
      { line_number: 2, inputs: { x: 5, parity: "odd" } },
      { line_number: 3, inputs: { x: 8, parity: "even" } },
    ]);
  });

  test("gives way to an existing file of the same name", async () => {
    const folder = withRun(lines, { "first/d.jsonl": jsonLines({ question: "file" }) });
    const settings = { inputs: { run: "first" }, mapping: { question: "${run.question}" } };
    expect((await read(question, settings, folder)).lines).toEqual([
      { line_number: 0, inputs: { question: "file" } },
    ]);
  });

  test("is refused if it is another kind of experiment", async () => {
    const folder = withRun([{ id: 1, prompt: "p", response: "r" }]);
    await expect(read(answered, { inputs: { run: "first" }, mapping }, folder)).rejects.toThrow(
      'Expected "first" to be a batch run',
    );
  });
});

describe("sources are refused before the run", () => {
  test.each<[string, LineSettings, string]>([
    ["without any", { inputs: {} }, "Expected at least one source of lines"],
    ["without rows", { inputs: { data: [] } }, 'Expected rows in the source "data", found none.'],
    [
      "if nothing is there",
      { inputs: { data: "nothing" } },
      'the source "data", found nothing called "nothing"',
    ],
    [
      "of different lengths",
      { inputs: { data: [{ question: 1 }, { question: 2 }], gold: [{ x: 1 }] } },
      '"data" has 2, "gold" has 1',
    ],
    [
      "without a column of the flow",
      { inputs: { data: [{ other: 1 }] } },
      "`question` has no mapping and no default",
    ],
    [
      "with a maximum that is no count",
      { inputs: { data: [{ question: 1 }] }, maxLines: 0 },
      "for --max-lines, got 0",
    ],
    [
      "without a common line",
      {
        inputs: {
          data: [{ question: 1, line_number: 0 }],
          gold: [{ text: 1, line_number: 1 }],
        },
      },
      'found none in "data" (1 row), "gold" (1 row)',
    ],
  ])("%s", async (_, settings, message) => {
    await expect(read(question, settings)).rejects.toThrow(message);
  });
});
