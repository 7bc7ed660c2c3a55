import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { UserError } from "../../../src/domain/failure/user-error.js";
import {
  blockRouter,
  globalStep,
  jsonl,
  llm,
  ownRouter,
  pipeline,
  rows,
  runStep,
  sample,
  sampleNSteps,
  step,
  template,
  textGeneration,
} from "../../../src/pipeline/builder/index.js";
import { openFunctions } from "../../../src/pipeline/code/function-pool.js";
import { keepModules } from "../../../src/pipeline/code/kept-modules.js";
import {
  functionFacts,
  loadPipelineModule,
} from "../../../src/pipeline/code/load-pipeline-module.js";
import { readDefinition } from "../../../src/pipeline/definition/definition-text.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const module = "file:///home/me/steps.ts";
const gpt = llm("openai", "gpt-4o");
const texts = rows([{ instruction: "Say hello.", n: 1 }]);
const words = step(
  {
    name: "words",
    reads: z.object({ generation: z.string().nullable() }),
    writes: z.object({ words: z.number() }),
  },
  (row) => ({ words: row.generation?.split(" ").length ?? 0 }),
);

describe("a pipeline in code is the one in YAML:", () => {
  test("every kind of step", () => {
    const built = pipeline("all", { module }, (p) => {
      p.load("load", texts)
        .filter("n > 0")
        .filter((row) => row.n > 0, "own")
        .route(
          ownRouter("by_n", ({ n }: { n: number }) => (n > 1 ? "a" : "b")),
          textGeneration(gpt, { name: "a" }),
          textGeneration([gpt, llm("test", "echo")], { name: "b", retries: 1, systemPrompt: "Hi" }),
        )
        .group("join", { generation: "answers" })
        .expand({ answers: "generation" })
        .to(
          words.with({
            name: "count",
            inputs: { generation: "generation" },
            reuse: false,
            timeLimit: "90s",
          }),
        )
        .collect({ words: "counts" }, "collected")
        .keep(["counts", "n", "instruction"])
        .rename({ n: "m" })
        .merge(["m", "instruction"], "all")
        .to(
          template(gpt, "{{ all }}", { output: "text", numGenerations: 2, groupGenerations: true }),
        )
        .global(
          globalStep(
            { name: "rank", reads: z.object({}), writes: z.object({ rank: z.number() }) },
            () => [],
          ),
        );
    });
    const read = readDefinition(`
name: all
steps:
  load: { use: load, rows: [{ instruction: Say hello., n: 1 }] }
  filter_0: { use: filter, where: n > 0 }
  own: { use: filter, where: ./steps.ts#own }
  a: { use: text-generation, llm: openai/gpt-4o }
  b: { use: text-generation, llm: [openai/gpt-4o, test/echo], retries: 1, system_prompt: Hi }
  join: { use: group, columns: { generation: answers } }
  expand_0: { use: expand, columns: { answers: generation } }
  count: { use: ./steps.ts#count, inputs: { generation: generation }, reuse: false, time_limit: 90s }
  collected: { use: collect, columns: { words: counts } }
  keep_0: { use: keep, columns: [counts, n, instruction] }
  rename_0: { use: rename, columns: { n: m } }
  merge_0: { use: merge, columns: [m, instruction], output: all }
  template_0: { use: template, llm: openai/gpt-4o, template: "{{ all }}", output: text, num_generations: 2, group_generations: true }
  rank: { use: global, function: ./steps.ts#rank }
edges:
  - load >> filter_0 >> own >> route(./steps.ts#by_n) >> [a, b] >> join >> expand_0 >> count >> collected >> keep_0 >> rename_0 >> merge_0 >> template_0 >> rank
`);
    expect(read.problems).toEqual([]);
    expect(built.definition).toEqual(read.definition);
    expect(readDefinition(built.toYaml()).definition).toEqual(read.definition);
  });

  test("a graph of steps and edges, and one of chains", () => {
    const chained = pipeline("x", (p) => {
      p.load("load", jsonl("a.jsonl"))
        .route(
          sampleNSteps(1),
          textGeneration(gpt, { name: "a" }),
          textGeneration(gpt, { name: "b" }),
        )
        .group("join", { generation: "answers" });
    });
    const connected = pipeline("x", (p) => {
      const load = p.load("load", jsonl("a.jsonl"));
      p.step("a", textGeneration(gpt));
      p.step("b", textGeneration(gpt));
      p.step("join", { use: "group", columns: { generation: "answers" } });
      p.connect(load, ["a", "b"], sampleNSteps(1));
      p.connect(["a", "b"], "join");
    });
    expect(connected.definition).toEqual(chained.definition);
    expect(connected.toYaml()).toBe(chained.toYaml());
  });
});

test("a target, rows drawn from a file, a recorded function and a block router are those of a file", () => {
  const given = { reads: z.object({ topic: z.string() }), writes: z.object({ score: z.number() }) };
  const once = step({ name: "once", ...given, record: true }, () => ({ score: 1 }));
  const options = { target: 5, accept: "score > 0", maxCandidates: 20, module };
  const built = pipeline("x", options, (p) => {
    const draw = { file: "topics.csv", schema: z.object({ topic: z.string() }), replace: false };
    const load = p.load("load", sample({ draw })).to(once);
    const by = blockRouter("by_block", 50, ({ block, steps }) => steps[block % 2] ?? "");
    load
      .route(
        by,
        textGeneration(gpt, { name: "a" }).with({ inputs: { instruction: "topic" } }),
        textGeneration(gpt, { name: "b" }).with({ inputs: { instruction: "topic" } }),
      )
      .group("both", { generation: "answers" });
  });
  const read = readDefinition(`
name: x
target: 5
accept: score > 0
max_candidates: 20
steps:
  load: { use: sample, draw: { file: topics.csv, columns: [topic], replace: false } }
  once: { use: ./steps.ts#once, record: true }
  a: { use: text-generation, llm: openai/gpt-4o, inputs: { instruction: topic } }
  b: { use: text-generation, llm: openai/gpt-4o, inputs: { instruction: topic } }
  both: { use: group, columns: { generation: answers } }
edges:
  - load >> once >> route(./steps.ts#by_block, per=50) >> [a, b] >> both
`);
  expect(read.problems).toEqual([]);
  expect(built.definition).toEqual(read.definition);
  expect(readDefinition(built.toYaml()).definition).toEqual(read.definition);
});

test("a pipeline draws itself with its columns", () => {
  const drawn = pipeline("x", (p) =>
    p
      .load("load", jsonl("a.jsonl", z.object({ instruction: z.string(), n: z.number() })))
      .to(textGeneration(gpt))
      .to(words),
  );
  expect(drawn.toMermaid()).toBe(`flowchart TD
  s0[("load<br/>source")]
  s1["text_generation_0<br/>text-generation"]
  s2["words<br/>#words"]
  s0 -->|"instruction, n"| s1
  s1 -->|"instruction, n, generation, model_name"| s2
`);
});

describe("a mistake is a user error that says what to do:", () => {
  test.each<[string, () => unknown, string]>([
    [
      "two steps of one name",
      () => pipeline("x", (p) => p.load("a", texts).to(textGeneration(gpt, { name: "a" }))),
      'Two steps are called "a". Give one of them another name: step.with({ name: "…" }).',
    ],
    [
      "an edge to an unknown step",
      () =>
        pipeline("x", (p) => {
          p.step("load", texts);
          p.connect("load", "lod");
        }),
      'There is no step "lod". Did you mean "load"?',
    ],
    [
      "a router behind a step with successors",
      () =>
        pipeline("x", (p) => {
          const load = p.load("load", texts);
          load.to(textGeneration(gpt));
          load.route(sampleNSteps(1), textGeneration(gpt), textGeneration(gpt));
        }),
      'The step "load" has successors already, so a router can\'t choose from all of them. Route it before.',
    ],
    [
      "functions without a module",
      () => pipeline("x", (p) => p.load("load", texts).filter(() => true)).definition,
      'The pipeline "x" has functions, and their names need its module. Give it: pipeline("x", { module: import.meta.url }, …).',
    ],
  ])("%s", (_, build, message) => {
    expect(build).toThrow(new UserError(message));
  });
});

describe("a step alone", () => {
  const numbers = { reads: z.object({ n: z.number() }), writes: z.object({ m: z.number() }) };

  test("runs for a row, as a batch or for several results", async () => {
    expect(await runStep(words, { generation: "one two" })).toEqual({ words: 2 });
    const batch = step({ name: "b", ...numbers, batch: 2 }, (all) =>
      all.map(({ n }) => ({ m: n })),
    );
    expect(await runStep(batch, { n: 1 })).toEqual({ m: 1 });
    const many = step({ name: "m", ...numbers, many: true }, function* ({ n }) {
      yield { m: n };
      yield { m: n + 1 };
    });
    expect(await runStep(many, { n: 1 })).toEqual([{ m: 1 }, { m: 2 }]);
  });

  test("refuses a row and a result that do not fit, by column", async () => {
    // A row from outside can have any type.
    const wrong = { generation: 1 } as unknown as { generation: null };
    await expect(runStep(words, wrong)).rejects.toThrow(
      'The step "words" can\'t read the column "generation". Invalid input: expected string, received number.',
    );
    // A function can return another type where its own types are wrong.
    const lies = step({ name: "lies", ...numbers }, () => ({ m: "x" as unknown as number }));
    await expect(runStep(lies, { n: 1 })).rejects.toThrow(
      'The step "lies" returned a wrong row: the column "m". Invalid input: expected number, received string.',
    );
  });
});

test("the functions of a module's pipeline run in threads, by the names in its definition", async () => {
  const [base, folder] = [temporaryFolder(), temporaryFolder()];
  const path = join(base, "my-pipeline.ts");
  writeFileSync(
    path,
    `import { jsonl, ownRouter, pipeline, step } from "ostinato";
import { z } from "zod";
const numbers = { reads: z.object({ n: z.number() }), writes: z.object({ m: z.number() }) };
const add = (name: string, more: number) => step({ name, ...numbers }, ({ n }) => ({ m: n + more }));
const some = step({ name: "some", ...numbers, batch: 10 }, (all) => all.map(({ n }) => ({ m: n * all.length })));
export default pipeline("mine", (p) => {
  p.load("load", jsonl("a.jsonl", z.object({ n: z.number() })))
    .filter((row) => row.n > 1, "large")
    .route(ownRouter("odd-or-even", (row: { n: number }) => (row.n % 2 ? "add-one" : "add-two")), add("add-one", 1), add("add-two", 2))
    .combine()
    .to(some.with({ inputs: { n: "m" }, outputs: { m: "k" } }));
});
`,
  );
  const { definition } = await loadPipelineModule(path);
  const functions = await functionFacts(definition, base);
  expect(definition.edges).toEqual([
    "load >> large >> route(./my-pipeline.ts#odd_or_even) >> [add-one, add-two] >> combine_0 >> some",
  ]);
  expect(functions.get("./my-pipeline.ts#some")).toEqual({
    reads: ["n"],
    writes: ["m"],
    batch: 10,
  });
  await keepModules({ uses: [...functions.keys()], base }, folder);
  const pool = await openFunctions(folder);
  const run = async (name: string, n: unknown) =>
    pool.run(`./my-pipeline.ts#${name}`, { n: n as number }).catch(String);
  expect(await Promise.all([run("large", 2), run("odd_or_even", 2), run("add_one", 1)])).toEqual([
    true,
    "add-two",
    { m: 2 },
  ]);
  expect(await Promise.all([run("some", 1), run("some", "x"), run("some", 3)])).toEqual([
    { m: 2 },
    'RowError: The step "some" can\'t read the column "n". Invalid input: expected number, received string.',
    { m: 6 },
  ]);
  await pool.end();
});
