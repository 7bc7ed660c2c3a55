import { expect, test } from "vitest";
import { RowError } from "../../src/domain/graph/walk/step-value.js";
import { walkRow } from "../../src/domain/graph/walk/walk-row.js";
import { WalkPlan } from "../../src/domain/graph/walk/walk-plan.js";
import type { WalkResult } from "../../src/domain/graph/walk/walk.js";
import type { Row } from "../../src/domain/graph/graph.js";
import type { JsonValue } from "../../src/domain/json/json.js";
import { readDefinition } from "../../src/pipeline/definition/definition-text.js";
import { graphOf } from "../../src/pipeline/graph-of.js";
import type { ModelCall, StepAt } from "../../src/pipeline/steps/step-effects.js";
import { createWalkHost } from "../../src/pipeline/walk-host.js";
import { seedYaml } from "./seed-example.js";

interface Effects {
  readonly answer?: (call: ModelCall, number: number) => JsonValue;
  readonly run?: (use: string, row: Row) => JsonValue;
}

/** Walks one row through a pipeline; returns the calls as they were made. */
async function walk(
  yaml: string,
  rows: Readonly<Record<string, Row>>,
  {
    answer = () => "an answer",
    run = () => null,
    position = 0,
  }: Effects & { position?: number } = {},
): Promise<WalkResult & { readonly calls: readonly (ModelCall & StepAt)[] }> {
  const { definition, problems } = readDefinition(yaml);
  expect(problems).toEqual([]);
  const columns = new Map(Object.entries(rows).map(([name, row]) => [name, Object.keys(row)]));
  const calls: (ModelCall & StepAt)[] = [];
  const effects = {
    call: async (call: ModelCall, at: StepAt) => {
      calls.push({ ...call, ...at });
      return { response: answer(call, calls.length - 1) };
    },
    run: async (use: string, row: Row) => run(use, row),
    perBlock: async (_: string, choose: () => Promise<readonly string[]>) => choose(),
  };
  const plan = new WalkPlan(graphOf(definition!, columns));
  const result = await walkRow(plan, rows, createWalkHost(definition!, effects, position));
  return { ...result, calls };
}

function oneStep(step: string): string {
  return `name: p\nsteps:\n  load: { use: load, file: rows.jsonl }\n  ask: ${step}\nedges: [load >> ask]\n`;
}

const generation = oneStep("{ use: text-generation, llm: test/model-1 }");

test("the seed's example sends a row to two of three models, and lists what they said", async () => {
  const { rows, calls } = await walk(
    seedYaml,
    { load_dataset: { prompt: "Why?" } },
    {
      answer: ({ record }) => `by ${record.model_name ?? ""}`,
      run: (use, row) => {
        expect(use).toBe("./steps.ts#words");
        return { words: (row["generations"] as readonly string[]).length };
      },
    },
  );
  expect(calls).toHaveLength(2);
  const names = calls.map(({ record }) => record.model_name);
  expect(rows).toEqual([
    {
      leaf: "words",
      path: "",
      row: {
        instruction: "Why?",
        generations: names.map((name) => `by ${name ?? ""}`),
        model_names: names,
        words: 2,
      },
    },
  ]);
  const mistral = calls.find(({ step }) => step === "mistral");
  const asked = { api: "mistral", model_name: "mistral-large-2402", prompt: "Why?" };
  if (mistral) expect(mistral.record).toEqual({ ...asked, parameters: { temperature: 0.7 } });
});

test("over many rows a sampling router sends each to two models, the same whenever it is asked", async () => {
  const routes = async (): Promise<readonly string[]> => {
    const all: string[] = [];
    for (let position = 0; position < 30; position += 1) {
      const { calls } = await walk(
        seedYaml,
        { load_dataset: { prompt: "Why?" } },
        { position, run: () => ({ words: 0 }) },
      );
      all.push(calls.map(({ step }) => step).join("+"));
    }
    return all;
  };
  const first = await routes();
  expect(await routes()).toEqual(first);
  expect([...new Set(first)].sort()).toEqual(["gpt+gemini", "gpt+mistral", "mistral+gemini"]);
});

test("a text generation asks with the instruction, and with a system prompt if there is one", async () => {
  const asked = async (yaml: string, row: Row) =>
    (await walk(yaml, { load: row })).calls.map(({ record }) => record.prompt);
  const withSystem = oneStep(
    "{ use: text-generation, llm: test/model-1, system_prompt: Be brief. }",
  );
  expect(await asked(generation, { instruction: "Why?" })).toEqual(["Why?"]);
  expect(await asked(withSystem, { instruction: "Why?" })).toEqual([
    [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Why?" },
    ],
  ]);
  expect(await asked(withSystem, { instruction: "Why?", system_prompt: "Be kind." })).toEqual([
    [
      { role: "system", content: "Be kind." },
      { role: "user", content: "Why?" },
    ],
  ]);
});

test.each([
  [{ instruction: 3 }, "Expected `instruction` to be text, got 3."],
  [{ instruction: null }, "Expected `instruction` to be text, got null."],
  [{ instruction: "x", system_prompt: 3 }, "Expected `system_prompt` to be text, got 3."],
])("an instruction that is no text fails its row: %j", async (row, message) => {
  const { rows, calls } = await walk(generation, { load: row });
  expect(calls).toEqual([]);
  expect(rows[0]?.failure).toEqual({ step: "ask", type: "WrongInput", message });
  expect(rows[0]?.row).toEqual({ ...row, generation: null, model_name: null });
});

test("a chat is sent as it is, and must end with the user's message", async () => {
  const chat = oneStep("{ use: chat-generation, llm: test/model-1, system_prompt: Be brief. }");
  const user = { role: "user", content: "Why?" };
  const { calls } = await walk(chat, { load: { messages: [user] } });
  expect(calls[0]?.record.prompt).toEqual([{ role: "system", content: "Be brief." }, user]);
  const own = [{ role: "system", content: "Be kind." }, user];
  const second = await walk(chat, { load: { messages: own } });
  expect(second.calls[0]?.record.prompt).toEqual(own);
  const third = await walk(chat, {
    load: { messages: [user, { role: "assistant", content: "" }] },
  });
  expect(third.rows[0]?.failure?.message).toBe(
    'Expected `messages` to end with the user\'s message, got one of "assistant".',
  );
  const fourth = await walk(chat, { load: { messages: "Why?" } });
  expect(fourth.rows[0]?.failure?.message).toBe(
    'Expected `messages` to be a list of objects with `role` and `content`, got "Why?".',
  );
});

test("several generations give a row each, or lists in one row", async () => {
  const answers = ["a", "b", "c"];
  const answer = (_: ModelCall, number: number) => answers[number] ?? "?";
  const load = { instruction: "Why?" };
  const split = oneStep("{ use: text-generation, llm: test/model-1, num_generations: 3 }");
  const { rows } = await walk(split, { load }, { answer });
  expect(rows.map(({ path, row }) => [path, row])).toEqual([
    ["/0", { instruction: "Why?", generation: "a", model_name: "model-1" }],
    ["/1", { instruction: "Why?", generation: "b", model_name: "model-1" }],
    ["/2", { instruction: "Why?", generation: "c", model_name: "model-1" }],
  ]);
  const grouped = split.replace(
    "num_generations: 3",
    "num_generations: 3, group_generations: true",
  );
  const one = await walk(grouped, { load }, { answer });
  expect(one.rows.map(({ row }) => row)).toEqual([
    { instruction: "Why?", generation: ["a", "b", "c"], model_name: "model-1" },
  ]);
});

test("a template asks with the row's columns, and names its answer", async () => {
  const judge = oneStep(
    "{ use: template, llm: test/judge/1, template: 'Rate {{ answer }}{% if note is defined %} ({{ note }}){% endif %}', output: rating, parameters: { temperature: 0 } }",
  );
  const { rows, calls } = await walk(judge, { load: { answer: "42", system_prompt: "x" } });
  expect(calls.map(({ record }) => record)).toEqual([
    { api: "test", model_name: "judge/1", prompt: "Rate 42", parameters: { temperature: 0 } },
  ]);
  expect(rows[0]?.row).toEqual({
    answer: "42",
    system_prompt: "x",
    rating: "an answer",
    model_name: "judge/1",
  });
});

const structured = oneStep(
  "{ use: structured-output, llm: test/m, output: data, schema: { type: object, required: [score], properties: { score: { type: integer } } } }",
);

test("a structured answer is parsed, with or without a fence, and asked again until it fits", async () => {
  const answers = ["no", '{"score":"4"}', '```json\n{"score": 4}\n```'];
  const answer = (_: ModelCall, number: number) => answers[number] ?? "?";
  const { rows, calls } = await walk(structured, { load: { instruction: "Rate" } }, { answer });
  expect(rows[0]?.row).toEqual({ instruction: "Rate", data: { score: 4 }, model_name: "m" });
  expect(calls).toHaveLength(3);
  expect(new Set(calls.map(({ record }) => record.prompt)).size).toBe(1);
  expect(calls[0]?.record.prompt).toBe(
    'Rate\n\nAnswer with JSON alone, which fits this JSON Schema:\n{"type":"object","required":["score"],"properties":{"score":{"type":"integer"}}}',
  );
});

test("a structured answer that never fits fails with the validator's words", async () => {
  const answer = () => '{"score":"4"}';
  const three = await walk(structured, { load: { instruction: "Rate" } }, { answer });
  expect(three.calls).toHaveLength(3);
  expect(three.rows[0]?.failure).toEqual({
    step: "ask",
    type: "InvalidAnswer",
    message: "The last of 3 answers did not pass: the answer/score must be integer.",
  });
  const once = await walk(
    structured.replace("output: data", "output: data, retries: 0"),
    { load: { instruction: "Rate" } },
    { answer },
  );
  expect(once.calls).toHaveLength(1);
  expect(once.rows[0]?.failure?.message).toBe(
    "The answer did not pass: the answer/score must be integer.",
  );
});

test("an answer must match its pattern and satisfy a function; each is asked again", async () => {
  const yaml = oneStep(
    "{ use: text-generation, llm: test/m, retries: 3, validate: { pattern: '^[a-z]+$', function: ./checks.ts#isGood } }",
  );
  const answers = ["NO", "bad", "worse", "fine"];
  const { rows, calls } = await walk(
    yaml,
    { load: { instruction: "Say" } },
    {
      answer: (_, number) => answers[number] ?? "?",
      run: (use, row) => {
        expect(use).toBe("./checks.ts#isGood");
        expect(row["instruction"]).toBe("Say");
        if (row["generation"] === "bad") return false;
        return row["generation"] === "worse" ? "it is worse" : true;
      },
    },
  );
  expect(calls).toHaveLength(4);
  expect(rows[0]?.row["generation"]).toBe("fine");
  const failed = await walk(
    yaml.replace("retries: 3", "retries: 2"),
    { load: { instruction: "Say" } },
    {
      answer: (_, number) => answers[number] ?? "?",
      run: (_, row) => (row["generation"] === "bad" ? false : "it is worse"),
    },
  );
  expect(failed.rows[0]?.failure?.message).toBe("The last of 3 answers did not pass: it is worse.");
});

test("the next model is asked where one is blocked, and the row says which answered", async () => {
  const yaml = oneStep("{ use: text-generation, llm: [test/a, test/b, other/c] }");
  const answer = ({ record }: ModelCall): JsonValue => {
    if (record.model_name !== "c")
      throw new RowError("Blocked", `${record.model_name ?? ""} waits.`);
    return "ok";
  };
  const { rows, calls } = await walk(yaml, { load: { instruction: "Say" } }, { answer });
  expect(calls.map(({ record }) => `${record.api}/${record.model_name ?? ""}`)).toEqual([
    "test/a",
    "test/b",
    "other/c",
  ]);
  expect(rows[0]?.row).toEqual({ instruction: "Say", generation: "ok", model_name: "c" });
  const last = await walk(
    yaml.replace(", other/c", ""),
    { load: { instruction: "Say" } },
    { answer },
  );
  expect(last.rows[0]?.failure).toEqual({ step: "ask", type: "Blocked", message: "b waits." });
  const other = await walk(
    yaml,
    { load: { instruction: "Say" } },
    {
      answer: () => {
        throw new RowError("InvalidRequest", "too long");
      },
    },
  );
  expect(other.calls).toHaveLength(1);
  expect(other.rows[0]?.failure?.type).toBe("InvalidRequest");
});

test("of several generations the first by place gives the failure, whichever fails first in time", async () => {
  const yaml = oneStep("{ use: text-generation, llm: test/m, num_generations: 3 }");
  const { definition } = readDefinition(yaml);
  const waits = [30, 20, 10];
  let made = 0;
  const effects = {
    call: async (): Promise<{ response: JsonValue }> => {
      const number = made;
      made += 1;
      await new Promise((resolve) => setTimeout(resolve, waits[number]));
      if (number > 0) throw new RowError("Failed", `call ${number}`);
      return { response: "ok" };
    },
    run: async () => null,
    perBlock: async (_: string, choose: () => Promise<readonly string[]>) => choose(),
  };
  const plan = new WalkPlan(graphOf(definition!, new Map([["load", ["instruction"]]])));
  const host = createWalkHost(definition!, effects, 0);
  const result = await walkRow(plan, { load: { instruction: "x" } }, host);
  expect(result.failures.map(({ message }) => message)).toEqual(["call 1"]);
});

test.each([
  ["{ use: ./f.ts#f, writes: [a, b] }", { a: 1 }, './f.ts#f to return the column "b", got ["a"]'],
  ["{ use: ./f.ts#f, writes: [a] }", 3, "./f.ts#f to return an object with a, got 3"],
  [
    "{ use: ./f.ts#f, writes: [a], many: true }",
    { a: 1 },
    './f.ts#f to return a list of rows, got {"a":1}',
  ],
])("a function that returns something else fails its row: %s", async (step, result, expected) => {
  const { rows } = await walk(oneStep(step), { load: { x: 1 } }, { run: () => result });
  expect(rows[0]?.failure?.message).toBe(`Expected ${expected}.`);
});

test("a function returns columns, or a list of rows", async () => {
  const one = await walk(
    oneStep("{ use: ./f.ts#f, writes: [a], inputs: { text: x } }"),
    { load: { x: "q" } },
    { run: (_, row) => ({ a: `${row["text"] as string}!` }) },
  );
  expect(one.rows.map(({ row }) => row)).toEqual([{ x: "q", a: "q!" }]);
  const many = await walk(
    oneStep("{ use: ./f.ts#f, writes: [a], many: true }"),
    { load: { x: 1 } },
    { run: () => [{ a: 1 }, { a: 2 }] },
  );
  expect(many.rows.map(({ row }) => row)).toEqual([
    { x: 1, a: 1 },
    { x: 1, a: 2 },
  ]);
});

test("a filter keeps rows by an expression or by a function", async () => {
  const by = async (where: string, row: Row, result: JsonValue = null) => {
    const done = await walk(
      oneStep(`{ use: filter, where: ${where} }`),
      { load: row },
      { run: () => result },
    );
    return done.failures[0]?.message ?? done.rows.length;
  };
  expect(await by("score >= 4", { score: 4 })).toBe(1);
  expect(await by("score >= 4", { score: 3 })).toBe(0);
  expect(await by("score | int >= 4 and lang == 'en'", { score: "5", lang: "en" })).toBe(1);
  expect(await by("./f.ts#f", {}, true)).toBe(1);
  expect(await by("./f.ts#f", {}, false)).toBe(0);
  expect(await by("./f.ts#f", {}, 1)).toBe("Expected ./f.ts#f to return true or false, got 1.");
  expect(await by("score >= 4", { score: null })).toMatch(/^The template fails for this row: /);
});

test("a router of one's own names the steps that get a row", async () => {
  const yaml = `name: p
steps:
  load: { use: load, file: rows.jsonl }
  a: { use: template, llm: test/a, template: hello }
  b: { use: template, llm: test/b, template: hello }
edges:
  - load >> route(./r.ts#pick) >> [a, b]
`;
  const { rows } = await walk(yaml, { load: { x: 1 } }, { run: () => "b" });
  expect(rows.map(({ leaf }) => leaf)).toEqual(["b"]);
  const wrong = await walk(yaml, { load: { x: 1 } }, { run: () => 3 });
  expect(wrong.failures.map(({ message }) => message)).toEqual([
    "Expected ./r.ts#pick to return the names of steps, got 3.",
  ]);
});

test("an own router with `per` is asked about a block of rows, by its number and its steps", async () => {
  const yaml = `
name: p
steps:
  load: { use: load, file: rows.jsonl }
  a: { use: keep, columns: [x] }
  b: { use: keep, columns: [x] }
edges: ["load >> route(./r.ts#pick, per: 50) >> [a, b]"]
`;
  const asked: Row[] = [];
  const run = (_: string, row: Row): JsonValue => {
    asked.push(row);
    return "b";
  };
  const { rows } = await walk(yaml, { load: { x: 1 } }, { run, position: 120 });
  expect(rows.map(({ leaf }) => leaf)).toEqual(["b"]);
  expect(asked).toEqual([{ block: 2, rows: 50, steps: ["a", "b"] }]);
});

test("the metadata of a step has what was sent and answered, and both branches of a group keep theirs", async () => {
  const { rows } = await walk(
    `name: p
steps:
  load: { use: load, file: rows.jsonl }
  one: { use: template, llm: test/m, template: "{{ q }}?", metadata: true }
  two: { use: text-generation, llm: test/n, inputs: { instruction: q }, num_generations: 2, group_generations: true, metadata: true }
  all: { use: group, columns: { generation: answers, model_name: models } }
edges:
  - "load >> [one, two] >> all"
`,
    { load: { q: "Why" } },
    { answer: ({ record }, number) => `${record.model_name ?? ""}${number}` },
  );
  expect(rows).toEqual([
    {
      leaf: "all",
      path: "",
      row: {
        q: "Why",
        answers: ["m0", ["n1", "n2"]],
        models: ["m", "n"],
        one_metadata: { raw_input: "Why?", raw_output: "m0", usage: null },
        two_metadata: [
          { raw_input: "Why", raw_output: "n1", usage: null },
          { raw_input: "Why", raw_output: "n2", usage: null },
        ],
      },
    },
  ]);
});

test("a step runs only when its condition holds, and else leaves the columns that the row has", async () => {
  const yaml = `name: p
steps:
  load: { use: load, file: rows.jsonl }
  better: { use: text-generation, llm: test/m, when: "score < 4", inputs: { instruction: answer }, outputs: { generation: answer } }
  note: { use: "./steps.ts#note", reads: [answer], writes: [note], when: "score < 4" }
edges: ["load >> better >> note"]
`;
  const run = () => ({ note: "weak" });
  const weak = await walk(yaml, { load: { answer: "so", score: 3 } }, { run });
  expect(weak.rows[0]?.row).toEqual({
    answer: "an answer",
    score: 3,
    model_name: "m",
    note: "weak",
  });
  const good = await walk(yaml, { load: { answer: "so", score: 4 } }, { run });
  expect(good.calls).toEqual([]);
  expect(good.rows[0]?.row).toEqual({ answer: "so", score: 4, model_name: null, note: null });
  expect(good.done).toEqual({ load: 1, better: 1, note: 1 });
});
