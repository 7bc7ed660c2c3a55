import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SetUp } from "./set-up.js";

/**
 * A flow of promptflow with two llm nodes, a Python node and an aggregation. Line `i` asks `#<i>`,
 * then `#<1000000 + i>`, and grades both answers against its own columns. So a line that got the
 * answer of another line is graded as wrong.
 */
const files: Readonly<Record<string, string>> = {
  "flow.dag.yaml": `
inputs:
  i: { type: int }
  truth: { type: string }
outputs:
  answer: { type: string, reference: "\${ask.output}" }
  is_right: { type: bool, reference: "\${grade.output}" }
nodes:
  - name: ask
    type: llm
    source: { type: code, path: ask.jinja2 }
    inputs: { model: gpt-4o, i: "\${inputs.i}" }
    provider: OpenAI
    connection: open_ai_connection
    api: chat
  - name: check
    type: llm
    source: { type: code, path: check.jinja2 }
    inputs: { model: gpt-4o, i: "\${inputs.i}", answer: "\${ask.output}" }
    provider: OpenAI
    connection: open_ai_connection
    api: chat
  - name: grade
    type: python
    source: { type: code, path: grade.py }
    inputs: { i: "\${inputs.i}", answer: "\${ask.output}", checked: "\${check.output}", truth: "\${inputs.truth}" }
  - name: accuracy
    type: python
    source: { type: code, path: accuracy.py }
    inputs: { grades: "\${grade.output}", truths: "\${inputs.truth}" }
    aggregation: true
`,
  "ask.jinja2": "# user:\nask #{{i}}\n",
  "check.jinja2": "# user:\ncheck #{{ i + 1000000 }}: {{answer}}\n",
  "grade.py": `
from promptflow.core import tool

@tool
def grade(i: int, answer: str, checked: str, truth: str) -> bool:
    return answer == truth and checked == "answer to #%d" % (1000000 + i)
`,
  "accuracy.py": `
from promptflow.core import log_metric, tool

@tool
def accuracy(grades: list, truths: list):
    log_metric("accuracy", sum(grades) / len(grades))
    log_metric("in_order", truths == ["answer to #%d" % i if i % 4 else "wrong" for i in range(len(truths))])
`,
};

/** Writes the flow and its lines as CSV. Every fourth line has a truth that no answer matches. */
export async function writeGradedFlow({ folder }: SetUp, lines: number): Promise<void> {
  await mkdir(join(folder, "graded"), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, "graded", name), text);
  }
  const rows = Array.from(
    { length: lines },
    (_, i) => `${i},${i % 4 ? `answer to #${i}` : "wrong"}`,
  );
  await writeFile(join(folder, "lines.csv"), ["i,truth", ...rows, ""].join("\n"));
}
