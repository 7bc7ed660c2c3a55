import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SetUp } from "./set-up.js";

/** Offset of the ids of calls that judge. */
const judging = 1_000_000;

/**
 * A graph with a router, a group, an expand and a judge of each answer. Each call has its own id,
 * which its answer repeats. Model `k` is asked about row `i` as `#<i>k`, and its answer is judged
 * under an id that is `1000000` higher.
 */
const pipeline = `
name: judged
steps:
  load: { use: load, file: rows.jsonl }
  m1: { use: template, llm: openai/m1, template: "ask #{{ i * 10 + 1 }}" }
  m2: { use: template, llm: openai/m2, template: "ask #{{ i * 10 + 2 }}" }
  m3: { use: template, llm: openai/m3, template: "ask #{{ i * 10 + 3 }}" }
  all: { use: group, columns: { generation: answers, model_name: models } }
  each: { use: expand, columns: { answers: answer } }
  judge:
    use: template
    llm: openai/judge
    template: "judge #{{ ${judging} + (answer.split('#')[1] | int) }}"
    output: score
    outputs: { model_name: judged_by }
  scores: { use: collect, columns: { score: scores } }
edges:
  - "load >> sample-n-steps(2) >> [m1, m2, m3] >> all >> each >> judge >> scores"
`;

/** Writes the pipeline and its rows. Returns the path of the pipeline's file. */
export async function writeJudgedPipeline({ folder }: SetUp, rows: number): Promise<string> {
  const lines = Array.from({ length: rows }, (_, i) => `${JSON.stringify({ i })}\n`);
  await writeFile(join(folder, "rows.jsonl"), lines.join(""));
  await writeFile(join(folder, "judged.yaml"), pipeline);
  return "judged.yaml";
}

interface JudgedRow {
  readonly i: number;
  readonly answers: readonly string[];
  readonly models: readonly string[];
  readonly scores: readonly string[];
}

export interface JudgedRows {
  readonly rows: number;
  /** Number of rows at a wrong position. */
  readonly misplaced: number;
  /** Number of rows with an answer or a score that does not come from the models they went to. */
  readonly wrong: number;
}

/** Reads the result of the latest run, and compares each row with its expected content. */
export async function readJudgedRows({ dataFolder }: SetUp): Promise<JudgedRows> {
  const folder = join(dataFolder, "output", "judged");
  const names = (await readdir(folder)).filter((name) => name.endsWith("-scores.jsonl")).sort();
  const text = await readFile(join(folder, names.at(-1) ?? "none"), "utf8");
  const rows = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as JudgedRow);
  return {
    rows: rows.length,
    misplaced: rows.filter(({ i }, index) => i !== index).length,
    wrong: rows.filter((row) => !isRight(row)).length,
  };
}

function isRight({ i, answers, models, scores }: JudgedRow): boolean {
  const ids = models.map((model) => i * 10 + Number(model.slice(1)));
  return (
    new Set(models).size === 2 &&
    JSON.stringify(answers) === JSON.stringify(ids.map((id) => `answer to #${id}`)) &&
    JSON.stringify(scores) === JSON.stringify(ids.map((id) => `answer to #${id + judging}`))
  );
}
