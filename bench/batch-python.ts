import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { bench } from "./lib/bench.js";
import { runCliWell } from "./lib/cli-process.js";
import { atLeast, beside, exactly } from "./lib/figures.js";
import { openPromptflow, writeFlow } from "./lib/promptflow.js";
import { sizeFrom } from "./lib/size-from.js";

const lines = sizeFrom("BENCH_LINES", 1_000);

/**
 * A Python node alone; nodes that are bypassed, with an aggregation; a prompt with a default; a
 * class that aggregates.
 */
const flows: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  double: {
    "flow.dag.yaml": `inputs:
  n: { type: int }
outputs:
  double: { type: int, reference: "\${double.output}" }
nodes:
  - { name: double, type: python, source: { type: code, path: double.py }, inputs: { n: "\${inputs.n}" } }
`,
    "double.py": `from promptflow.core import tool

@tool
def double(n: int) -> int:
    return 2 * n
`,
  },
  parity: {
    "flow.dag.yaml": `inputs:
  n: { type: int }
outputs:
  even: { type: string, reference: "\${even.output}" }
  odd: { type: string, reference: "\${odd.output}" }
nodes:
  - { name: rest, type: python, source: { type: code, path: rest.py }, inputs: { n: "\${inputs.n}" } }
  - name: even
    type: python
    source: { type: code, path: word.py }
    inputs: { n: "\${inputs.n}", word: even }
    activate: { when: "\${rest.output}", is: 0 }
  - name: odd
    type: python
    source: { type: code, path: word.py }
    inputs: { n: "\${inputs.n}", word: odd }
    activate: { when: "\${rest.output}", is: 1 }
  - name: count
    type: python
    source: { type: code, path: count.py }
    inputs: { evens: "\${even.output}", odds: "\${odd.output}", numbers: "\${inputs.n}" }
    aggregation: true
`,
    "rest.py":
      "from promptflow.core import tool\n\n@tool\ndef rest(n: int) -> int:\n    return n % 2\n",
    "word.py":
      'from promptflow.core import tool\n\n@tool\ndef word(n: int, word: str) -> str:\n    return f"{n} is {word}"\n',
    "count.py": `from promptflow.core import log_metric, tool

@tool
def count(evens: list, odds: list, numbers: list):
    log_metric("evens", len([each for each in evens if each]))
    log_metric("odds", len([each for each in odds if each]))
    log_metric("sum", sum(numbers))
    return len(numbers)
`,
  },
  digits: {
    "flow.flex.yaml": "entry: digits:Digits\n",
    // promptflow reads the signature of a class only if it has an `__init__` of its own, and the
    // names of its outputs only from a `TypedDict`.
    "digits.py": `from typing import TypedDict

class Result(TypedDict):
    digits: int
    odd: bool

class Digits:
    def __init__(self):
        pass

    def __call__(self, n: int) -> Result:
        return {"digits": len(str(n)), "odd": n % 2 == 1}

    def __aggregate__(self, line_results: list) -> dict:
        return {
            "long": len([each for each in line_results if each["digits"] > 2]),
            "odd": len([each for each in line_results if each["odd"]]),
        }
`,
  },
  greeting: {
    "flow.dag.yaml": `inputs:
  n: { type: string }
  greeting: { type: string, default: Hello }
outputs:
  text: { type: string, reference: "\${render.output}" }
  length: { type: int, reference: "\${measure.output.length}" }
nodes:
  - { name: render, type: prompt, source: { type: code, path: render.jinja2 }, inputs: { n: "\${inputs.n}", greeting: "\${inputs.greeting}" } }
  - { name: measure, type: python, source: { type: code, path: measure.py }, inputs: { text: "\${render.output}" } }
`,
    "render.jinja2": "{{greeting}}, number {{n}}!{% if n|int > 500 %} You are large.{% endif %}\n",
    "measure.py":
      'from promptflow.core import tool\n\n@tool\ndef measure(text: str) -> dict:\n    return {"length": len(text)}\n',
  },
};

await bench({
  name: "batch-python",
  conditions: `${lines} lines of a Python flow without model calls on 4 workers, by promptflow and by Ostinato one after the other, each as a whole command; and four flows whose outputs and metrics are compared. BENCH_LINES sets another number.`,
  behaviour: { latencyMs: 0 },
  async measure({ setUp, stack, say }) {
    await stack.startServerAndWorker();
    const { folder, dataFolder } = setUp;
    const promptflow = await openPromptflow(folder);
    const data = join(folder, "lines.jsonl");
    const rows = Array.from({ length: lines }, (_, n) => `${JSON.stringify({ n })}\n`);
    await writeFile(data, rows.join(""));
    const seconds: { readonly theirs: number; readonly ours: number }[] = [];
    let different = 0;
    for (const [name, files] of Object.entries(flows)) {
      const flow = await writeFlow(folder, name, files);
      const theirs = await promptflow.run(flow, data, name);
      const began = performance.now();
      await runCliWell(setUp, ["batch", "run", flow, "--data", data, "--workers", "4"]);
      const ours = (performance.now() - began) / 1000;
      seconds.push({ theirs: theirs.seconds, ours });
      const made = await readRun(join(dataFolder, "output", name));
      const isEqual =
        isDeepStrictEqual(made.outputs, theirs.outputs) &&
        isDeepStrictEqual(made.metrics, theirs.metrics);
      say(
        `${name}: promptflow ${theirs.seconds.toFixed(1)} s, Ostinato ${ours.toFixed(1)} s, ${isEqual ? "equal" : "different"}`,
      );
      if (!isEqual) different += 1;
    }
    const [first = { theirs: 0, ours: 1 }] = seconds;
    return [
      atLeast(
        { what: "promptflow's time against Ostinato's", measured: first.theirs / first.ours },
        3,
      ),
      beside({ what: "seconds of promptflow", measured: first.theirs }),
      beside({ what: "seconds of Ostinato", measured: first.ours }),
      exactly(
        { what: "flows with other outputs or metrics than promptflow's", measured: different },
        0,
      ),
    ];
  },
});

async function readRun(
  folder: string,
): Promise<{ readonly outputs: readonly unknown[]; readonly metrics: unknown }> {
  const names = await readdir(folder);
  const read = async (suffix: string): Promise<string> =>
    readFile(join(folder, names.find((name) => name.endsWith(suffix)) ?? "none"), "utf8");
  const outputs = (await read("-output.jsonl")).trimEnd().split("\n");
  const { metrics } = JSON.parse(await read("-result.json")) as { readonly metrics: unknown };
  return { outputs: outputs.map((line) => JSON.parse(line) as unknown), metrics };
}
