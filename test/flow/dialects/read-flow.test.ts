import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemText } from "../../../src/flow/dialects/flow-reading.js";
import type { FlowReading, ReadFlowOptions } from "../../../src/flow/dialects/flow-reading.js";
import { readFlow, readPromptyText } from "../../../src/flow/dialects/read-flow.js";

const flows = resolve(import.meta.dirname, "../../fixtures/flows");
const apis = ["test", "openai", "azure-openai"];

async function read(name: string, options: Partial<ReadFlowOptions> = {}): Promise<FlowReading> {
  return readFlow(join(flows, name), { apis, ...options });
}

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "ostinato-flows-"));
});
afterAll(async () => rm(scratch, { recursive: true, force: true }));

let count = 0;

/** A flow of its own folder. */
async function written(files: Readonly<Record<string, string>>): Promise<string> {
  count += 1;
  const folder = join(scratch, `flow-${count}`);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

async function problemsOf(
  files: Readonly<Record<string, string>>,
  options: Partial<ReadFlowOptions> = {},
): Promise<readonly string[]> {
  const reading = await readFlow(await written(files), { apis, ...options });
  return reading.problems.map((problem) =>
    problemText(problem).replaceAll(reading.folder, "FOLDER"),
  );
}

const ref = {
  input: (input: string, path: readonly string[] = []) => ({ kind: "input", input, path }),
  node: (node: string, path: readonly string[] = []) => ({ kind: "node", node, path }),
};

describe("a flow.dag.yaml", () => {
  it("becomes a graph: llm, prompt and Python nodes, an aggregation, conditions and outputs", async () => {
    const { flow, problems, warnings, ...rest } = await read("graded");
    expect(problems).toEqual([]);
    expect(flow).toEqual({
      kind: "graph",
      name: "graded",
      description: "Answers a question, grades the answer and averages the grades.",
      inputs: { question: { type: "string" }, truth: { type: "string", default: "" } },
      nodes: [
        {
          kind: "code",
          name: "grade",
          code: { language: "python", file: "grade.py" },
          inputs: { answer: ref.node("ask"), truth: ref.input("truth") },
        },
        {
          kind: "prompt",
          name: "rules",
          inputs: { style: { kind: "literal", value: "short" } },
          template: "Answer in a {{ style }} way.\n",
          templateFile: "rules.jinja2",
        },
        {
          kind: "llm",
          name: "ask",
          llm: "azure-openai/gpt-4o",
          parameters: { temperature: 0.2, max_tokens: 64 },
          parameterInputs: ["seed"],
          inputs: {
            question: ref.input("question"),
            rules: ref.node("rules"),
            seed: ref.node("count_words"),
          },
          template: "# system:\n{{ rules }}\n# user:\n{{ question }}\n",
          templateFile: "ask.jinja2",
        },
        {
          kind: "code",
          name: "count_words",
          code: { language: "python", file: "count_words.py" },
          inputs: { text: ref.input("question") },
        },
        {
          kind: "code",
          name: "average",
          aggregation: true,
          code: { language: "python", file: "average.py" },
          inputs: { points: ref.node("grade", ["points"]), truths: ref.input("truth") },
        },
      ],
      outputs: { answer: ref.node("ask"), grade: ref.node("grade", ["points"]) },
    });
    expect(warnings.map(problemText)).toEqual([
      "flow.dag.yaml:10:3: The variable KEY is left out: it reads ${my_azure.api_key} of a connection, and code gets no keys.",
      'flow.dag.yaml:26:5: The output "mean" is left out: it reads ${average.output}, an aggregation, which has no value for a single line.',
    ]);
    expect(rest).toEqual({
      folder: join(flows, "graded"),
      file: "flow.dag.yaml",
      includes: [],
      connections: { my_azure: "azure-openai" },
      variables: { GRADER: "strict", LEVELS: "[1,2]", VERBOSE: "True" },
    });
  });

  it("takes the default variant, or the one that is named", async () => {
    const plain = await read("variants");
    const short = await read("variants", { variant: "summarize.short" });
    const alike = await read("variants", { variant: "${summarize.short}" });
    const common = { kind: "llm", name: "summarize", inputs: { text: ref.input("text") } };
    const { flow } = plain;
    expect(flow?.kind === "graph" && flow.nodes).toEqual([
      {
        ...common,
        llm: "openai/gpt-4o-mini",
        parameters: {},
        template: "user:\nSummarize: {{ text }}\n",
        templateFile: "plain.jinja2",
      },
    ]);
    expect(short.flow?.kind === "graph" && short.flow.nodes).toEqual([
      {
        ...common,
        llm: "openai/gpt-4o",
        mode: "completion",
        parameters: { max_tokens: 8 },
        template: "Summarize in five words: {{ text }}\n",
        templateFile: "short.jinja2",
      },
    ]);
    expect(alike.flow).toEqual(short.flow);
  });

  it.each([
    ["summarize.shrt", 'The node "summarize" has no variant "shrt". Did you mean "short"?'],
    [
      "sumarize.short",
      'The variant "sumarize.short" names the node "sumarize", which has no variants. Did you mean "summarize"?',
    ],
    [
      "short",
      'The variant "short" is no `node.variant`. Write it such as --variant summarize.variant_1.',
    ],
  ])("refuses the variant %s", async (variant, message) => {
    const { problems } = await read("variants", { variant });
    expect(problems.map((problem) => problem.message)).toEqual([message]);
  });

  it("reads conditions", async () => {
    const { flow } = await read("activated");
    const conditions = flow?.kind === "graph" ? flow.nodes.map(({ activate }) => activate) : [];
    expect(conditions).toEqual([
      undefined,
      { when: ref.node("is_even"), is: true },
      { when: ref.node("is_even"), is: false },
      undefined,
    ]);
  });

  it("finds files of `additional_includes`, and tells where they belong", async () => {
    const { flow, includes, problems } = await read("included");
    expect(problems).toEqual([]);
    expect(includes).toEqual([
      { from: join(flows, "activated/is_even.py"), to: "is_even.py" },
      { from: join(flows, "graded"), to: "graded" },
    ]);
    expect(flow?.kind === "graph" && flow.nodes[1]).toMatchObject({
      template: "Answer in a {{ style }} way.\n",
      templateFile: "graded/rules.jinja2",
    });
  });

  it("reports every problem at once, with its place", async () => {
    const { flow, problems, warnings } = await read("broken");
    expect(flow).toBeUndefined();
    expect(problems.map(problemText)).toEqual([
      'flow.dag.yaml:2:10: The input "text" has the type "str", which does not exist. Did you mean "string"?',
      'flow.dag.yaml:5:12: The output "answer" reads ${anser.output}, and the flow has no node "anser". Known: "read", "ask", "loop", "back", "sum", "late", "varied".',
      'flow.dag.yaml:6:3: The output "nothing" has no `reference`. Name the value that it takes, such as ${node.output}.',
      'flow.dag.yaml:9:3: The node "read": there is no type "pyton" of nodes. Did you mean "python"?',
      'flow.dag.yaml:11:12: The node "read": `text` reads ${inputs.txt}, and the flow has no input "txt". Did you mean "text"?',
      'flow.dag.yaml:15:12: The node "ask": `model` is a reference. A limit belongs to a model, so write the model\'s name, or use one node for each model.',
      'flow.dag.yaml:16:3: The node "ask": it is unknown which API the connection "my_openai" stands for. Add --connection my_openai=API, e.g. --connection my_openai=openai.',
      'flow.dag.yaml:17:3: The node "ask": there is no API "chatt" of models. Did you mean "chat"?',
      "flow.dag.yaml:18:3: The nodes loop → back → loop form a cycle. Remove one of the references between them.",
      'flow.dag.yaml:26:33: The node "back": `b`: The reference ${loop.result} reads `result` of the node "loop". A node has `output` alone: ${loop.output}.',
      'flow.dag.yaml:30:14: The node "sum": `activate` reads ${read.output}, and an aggregation can\'t depend on the node of a single line. Let it read another aggregation, or remove `activate`.',
      'flow.dag.yaml:35:12: The node "late": `a` reads ${sum.output}, an aggregation, which runs after all lines. Mark "late" with `aggregation: true` too, or read another node.',
      'flow.dag.yaml:36:3: The node "late": expected `activate` to have `when`, a reference, and `is`, the value that it must equal.',
      'flow.dag.yaml:37:3: Two nodes are called "late". Give one of them another name.',
      'flow.dag.yaml:39:3: The node "late": its type custom_llm runs a tool of a Python package (`some.tool`), which Ostinato can\'t pace. Use `type: llm`, or call the model from a Python node.',
      'flow.dag.yaml:44:5: The default variant "one" of the node "varied" does not exist. Known: "two".',
      'ask.jinja2:3:1: The template of the node "ask" has a syntax error: Expected closing statement token. Identifier !== CloseStatement.',
    ]);
    expect(warnings.map(problemText)).toEqual([
      "flow.dag.yaml:3:23: `defalt` is unknown here and ignored. Did you mean `default`?",
      "flow.dag.yaml:22:3: `agregation` is unknown here and ignored. Did you mean `aggregation`?",
    ]);
  });

  const node = (lines: string): string =>
    `inputs: {x: {type: string}}\nnodes:\n- name: node\n${lines.replace(/^/gm, "  ")}\n`;
  const llm = (inputs: string): string =>
    node(
      `type: llm\nsource: {type: code, path: t.jinja2}\nconnection: test\napi: chat\ninputs: ${inputs}`,
    );

  it.each([
    [
      "an input that a tool of a package reads",
      node("type: python\nsource: {type: package, tool: vendor.search}"),
      'flow.dag.yaml:5:3: The node "node": its tool (`vendor.search`) is part of a Python package, which Ostinato does not load. Call the package from a Python node with `source: {type: code, path: FILE.py}`.',
    ],
    [
      "a missing file",
      node("type: python\nsource: {type: code, path: a.py}"),
      'flow.dag.yaml:5:24: The node "node": its file a.py does not exist in FOLDER.',
    ],
    [
      "a file outside of the folder",
      node("type: python\nsource: {type: code, path: ../a.py}"),
      'flow.dag.yaml:5:24: The node "node": its file ../a.py is outside of the flow\'s folder. Add it to `additional_includes`, and name it without its folder.',
    ],
    [
      "a node without a source",
      node("type: prompt"),
      'flow.dag.yaml:3:3: The node "node": it has no `source` with a `path`. Add `source: {type: code, path: FILE}`.',
    ],
    [
      "a node without a type",
      node("source: {path: t.jinja2}"),
      'flow.dag.yaml:3:3: The node "node": it has no `type`. Known: llm, prompt, python, typescript.',
    ],
    [
      "a language without an executor",
      node("type: csharp\nsource: {type: package, tool: A}"),
      'flow.dag.yaml:4:3: The node "node": it is written in C#, for which there is no executor. Register one.',
    ],
    [
      "a parameter of the wrong type",
      llm("{model: m, max_tokens: many}"),
      'flow.dag.yaml:8:22: The node "node": expected `max_tokens` to be a whole number, got "many".',
    ],
    [
      "no model",
      llm("{x: 1}"),
      'flow.dag.yaml:8:3: The node "node": it names no model. Add `model` to its `inputs`.',
    ],
    [
      "a template that reads a parameter",
      llm('{model: m, user: "${inputs.x}"}'),
      'flow.dag.yaml:8:3: The node "node": its template t.jinja2 reads `user`, and the tool has a parameter of that name. Give the input another name.',
    ],
    [
      "no inputs",
      "inputs: {}\nnodes:\n- {name: a, type: prompt, source: {type: code, path: t.jinja2}}",
      "flow.dag.yaml:1:1: The flow has no inputs, so its lines would all be the same. Declare at least one input under `inputs`.",
    ],
    [
      "no nodes",
      "inputs: {x: {type: string}}\nnodes: []",
      "flow.dag.yaml:2:1: The flow has no nodes. Add at least one node.",
    ],
    [
      "a name with a dot",
      "inputs: {x: {type: string}}\nnodes:\n- {name: a.b, type: prompt, source: {path: t.jinja2}}",
      'flow.dag.yaml:3:4: `nodes[0]` has the name "a.b". A name has letters, digits, _ and - alone.',
    ],
    [
      "a node that reads itself",
      node('type: prompt\nsource: {type: code, path: t.jinja2}\ninputs: {a: "${node.output}"}'),
      'flow.dag.yaml:3:3: The node "node" reads its own output. Remove that reference.',
    ],
    [
      "a missing include",
      "additional_includes: [../nowhere]\ninputs: {x: {type: string}}\nnodes:\n- {name: a, type: prompt, source: {type: code, path: t.jinja2}}",
      'flow.dag.yaml:1:23: `additional_includes`: "../nowhere" does not exist, seen from FOLDER.',
    ],
    [
      "no YAML",
      "inputs: {x: {type: string}}\ninputs: {}",
      "flow.dag.yaml:2:1: The file can't be read: Map keys must be unique.",
    ],
    ["no object", "- a", "flow.dag.yaml:1:1: Expected an object with the keys of a flow."],
  ])("refuses %s", async (_what, text, message) => {
    const problems = await problemsOf({
      "flow.dag.yaml": text,
      "t.jinja2": "user:\nhi {{ user }}",
    });
    expect(problems).toContain(message);
  });

  it("gives a connection the API of --connection, of the provider, or of its own name", async () => {
    const text = (connection: string): string =>
      llm("{model: m}").replace("connection: test", connection);
    const llmOf = async (
      connection: string,
      options: Partial<ReadFlowOptions> = {},
    ): Promise<unknown> => {
      const folder = await written({ "flow.dag.yaml": text(connection), "t.jinja2": "user:\nhi" });
      const { flow, problems } = await readFlow(folder, { apis, ...options });
      const first = flow?.kind === "graph" ? flow.nodes[0] : undefined;
      return first?.kind === "llm" ? first.llm : problems.map(({ message }) => message);
    };
    expect(await llmOf("connection: mine", { connections: { mine: "test" } })).toBe("test/m");
    expect(await llmOf("connection: mine\n  provider: OpenAI")).toBe("openai/m");
    expect(await llmOf("connection: azure_openai")).toBe("azure-openai/m");
    expect(await llmOf("connection: test")).toBe("test/m");
    expect(await llmOf("connection: mine", { connections: { mine: "tset" } })).toEqual([
      'The node "node": the connection "mine" stands for "tset", which is no API. Did you mean "test"?',
    ]);
    expect(await llmOf("provider: Unify")).toEqual([
      'The node "node": it names no connection. The provider "Unify" is unknown. Add `connection: NAME`.',
    ]);
  });

  it("reads a flow of ours: models by name, templates in place, TypeScript and short forms", async () => {
    const text = [
      "inputs: {question: string}",
      "outputs: {points: '${grade.output.points}'}",
      "nodes:",
      "- name: ask",
      "  type: llm",
      "  llm: openai/gpt-4o",
      "  template: |",
      "    user:",
      "    {{ question }}",
      "  inputs: {question: '${inputs.question}', temperature: 0}",
      "- name: grade",
      "  type: typescript",
      "  source: nodes.ts#grade",
      "  inputs: {answer: '${ask.output}'}",
    ].join("\n");
    const folder = await written({ "flow.yaml": text, "nodes.ts": "" });
    const { flow, problems, warnings } = await readFlow(folder, { apis });
    expect([problems, warnings]).toEqual([[], []]);
    expect(flow).toMatchObject({
      inputs: { question: { type: "string" } },
      outputs: { points: ref.node("grade", ["points"]) },
      nodes: [
        {
          llm: "openai/gpt-4o",
          template: "user:\n{{ question }}\n",
          templateFile: "flow.yaml",
          inputs: { question: ref.input("question") },
          parameters: { temperature: 0 },
        },
        {
          kind: "code",
          code: { language: "typescript", file: "nodes.ts", name: "grade" },
          inputs: { answer: ref.node("ask") },
        },
      ],
    });
  });

  it.each([
    [
      "llm: opnai/m\ntemplate: hi",
      'flow.dag.yaml:5:3: The node "node": there is no API "opnai". Did you mean "openai"?',
    ],
    [
      "llm: m\ntemplate: hi",
      'flow.dag.yaml:5:3: The node "node": expected `llm` to be `api/model`, such as openai/gpt-4o, got "m".',
    ],
    [
      "llm: test/m\ntemplate: 'a {{ b'",
      'flow.dag.yaml:6:3: The node "node": its template has a syntax error in line 1, column 3: the tag {{ is not closed.',
    ],
    [
      "llm: test/m\ntemplate: 'a {{ b | jsonn }}'",
      'flow.dag.yaml:6:3: The node "node": its template has a syntax error in line 1, column 10: there is no filter `jsonn`. Did you mean `tojson`?',
    ],
  ])("refuses a node of ours with %j", async (lines, message) => {
    expect(await problemsOf({ "flow.dag.yaml": node(`type: llm\n${lines}`) })).toEqual([message]);
  });

  it("warns of a variable of a template that the node does not give", async () => {
    const folder = await written({
      "flow.dag.yaml": llm("{model: m}"),
      "t.jinja2": "user:\n{{ who }}",
    });
    const { flow, warnings } = await readFlow(folder, { apis });
    expect(flow).toBeDefined();
    expect(warnings.map(problemText)).toEqual([
      'flow.dag.yaml:8:3: The node "node": its template t.jinja2 reads who, which is no input of the node and renders as empty text.',
    ]);
  });
});

describe("a flow.flex.yaml", () => {
  it("becomes code: a function of a module in a folder", async () => {
    const { flow, problems, warnings, variables } = await read("flex-function");
    expect([problems, warnings]).toEqual([[], []]);
    expect(flow).toEqual({
      kind: "code",
      name: "flex-function",
      inputs: { text: { type: "string" }, times: { type: "int", default: 2 } },
      code: { language: "python", file: "steps/shout.py", name: "shout" },
    });
    expect(variables).toEqual({ MODE: "loud" });
  });

  it("gives a class the defaults of the file, and the arguments of the run before them", async () => {
    const plain = await read("flex-class");
    const chosen = await read("flex-class", { init: { factor: 3, unit: "km" } });
    const code = { language: "python", file: "scale.py", name: "Scale" };
    expect(plain.flow).toEqual({
      kind: "code",
      name: "flex-class",
      inputs: {},
      code,
      init: { factor: 1.5 },
    });
    expect(chosen.flow).toMatchObject({ init: { factor: 3, unit: "km" } });
  });

  it.each([
    [
      "entry: steps",
      'flow.flex.yaml:1:1: Expected `entry` to be `module:function` or `module:Class`, got "steps".',
    ],
    [
      "entry: a.b:c",
      'flow.flex.yaml:1:1: The module "a.b" of `entry` does not exist: there is no a/b.py or a/b/__init__.py in FOLDER.',
    ],
    [
      "entry: a:c\nlanguage: csharp",
      'flow.flex.yaml:2:1: The flow is written in "csharp", for which there is no executor. Known: python, typescript.',
    ],
  ])("refuses %j", async (text, message) => {
    expect(await problemsOf({ "flow.flex.yaml": text, "b.py": "" })).toContain(message);
  });
});

describe("a .prompty file", () => {
  it("becomes a flow of one llm node, whose answer is the output", async () => {
    const { flow, problems, warnings } = await read("prompties/answer.prompty", {
      environment: { DEPLOYMENT: "gpt-4o" },
    });
    expect([problems, warnings]).toEqual([[], []]);
    expect(flow).toEqual({
      kind: "graph",
      name: "Answer-briefly",
      description: "Answers with history.",
      inputs: { question: { type: "string" }, chat_history: { type: "list", default: [] } },
      nodes: [
        {
          kind: "llm",
          name: "prompty",
          llm: "azure-openai/gpt-4o",
          parameters: { temperature: 0.2 },
          inputs: { question: ref.input("question"), chat_history: ref.input("chat_history") },
          template:
            "system:\nYou answer briefly.\n\n{% for item in chat_history %}\n{{ item.role }}:\n{{ item.content }}\n{% endfor %}\n\nuser:\n{{ question }}\n",
          templateFile: "answer.prompty",
        },
      ],
      outputs: {},
      result: ref.node("prompty"),
    });
  });

  it("takes inputs from its sample, and declared parts of an answer in JSON", async () => {
    const { flow } = await read("prompties/fields.prompty");
    expect(flow).toMatchObject({
      name: "fields",
      inputs: {
        question: { type: "string" },
        strict: { type: "bool" },
        weight: { type: "double" },
        tags: { type: "list" },
      },
      nodes: [{ llm: "openai/gpt-4o-mini", json: true }],
      outputs: { name: ref.node("prompty", ["name"]), age: ref.node("prompty", ["age"]) },
    });
    expect(flow).not.toHaveProperty("result");
  });

  it("can be given as text, with a model that overrides the file's, deeply", async () => {
    const text = [
      "---",
      "model:",
      "  configuration: {type: openai, model: small}",
      "  parameters: {temperature: 0.2, seed: 1}",
      "inputs: {x: {type: string}}",
      "---",
      "user:",
      "{{ x }}",
    ].join("\n");
    const model = { configuration: { model: "large" }, parameters: { temperature: 1 } };
    const file = join(scratch, "given.prompty");
    const { flow, folder } = await readPromptyText({ file, text, model }, { apis });
    expect(folder).toBe(scratch);
    expect(flow).toMatchObject({
      name: "given",
      nodes: [{ llm: "openai/large", parameters: { temperature: 1, seed: 1 } }],
    });
  });

  const head = (lines: string): string => `---\n${lines}\n---\nuser:\n{{ x }}\n`;
  const openai = "model: {configuration: {type: openai, model: m}";

  it.each([
    [
      "no front matter",
      "user:\nhi",
      "a.prompty: Expected a front matter between two lines of `---`, and the template behind it.",
    ],
    [
      "a missing variable",
      head(
        "inputs: {x: {type: string}}\nmodel: {configuration: {type: openai, model: '${env:NONE}'}}",
      ),
      "a.prompty:3:39: The environment variable NONE is not set. Set it, or write the value into the file.",
    ],
    [
      "a missing file",
      head(`${openai}}\nsample: "\${file:none.json}"`),
      "a.prompty:3:1: The file none.json does not exist in FOLDER.",
    ],
    [
      "all choices",
      head(`${openai}, response: all}\ninputs: {x: {type: string}}`),
      'a.prompty:2:50: `model.response` is "all", and an answer of Ostinato is the first choice alone. Remove it, and `n` from the parameters.',
    ],
    [
      "no model",
      head("inputs: {x: {type: string}}\nmodel: {configuration: {type: openai}}"),
      "a.prompty:3:9: `model.configuration` names no model. Add `azure_deployment` or `model`.",
    ],
    [
      "a template error",
      `---\ninputs: {x: {type: string}}\n${openai}}\n---\nuser:\n{{ x\n`,
      "a.prompty:6:1: The template has a syntax error: the tag {{ is not closed.",
    ],
    [
      "no inputs",
      head(`${openai}}`),
      "a.prompty:2:1: The flow has no inputs, so its lines would all be the same. Declare at least one input under `inputs`.",
    ],
  ])("refuses %s", async (_what, text, message) => {
    expect(await problemsOf({ "a.prompty": text })).toContain(message);
  });
});

describe("the path of a flow", () => {
  it("is a folder with one flow; a flow.dag.yaml comes before prompty files", async () => {
    const dag = "inputs: {x: {type: string}}\nnodes: [{name: a, type: prompt, source: {path: t}}]";
    const both = await readFlow(await written({ "flow.dag.yaml": dag, t: "hi", "a.prompty": "" }), {
      apis,
    });
    expect([both.file, both.flow?.kind]).toEqual(["flow.dag.yaml", "graph"]);
  });

  it.each([
    [
      { "a.txt": "" },
      "There is no flow.dag.yaml, flow.flex.yaml, flow.chat.yaml or .prompty file in this folder. Name a file of code instead, such as score.py or score.ts.",
    ],
    [
      { "a.prompty": "", "b.prompty": "" },
      "There are several flows in this folder: a.prompty, b.prompty. Name the file of one.",
    ],
    [
      { "flow.dag.yaml": "", "flow.flex.yaml": "" },
      "There are several flows in this folder: flow.dag.yaml, flow.flex.yaml. Name the file of one.",
    ],
  ])("is refused for %j", async (files: Readonly<Record<string, string>>, message) => {
    const { problems } = await readFlow(await written(files), { apis });
    expect(problems.map((problem) => problem.message)).toEqual([message]);
  });

  it("must exist, and have an ending of a flow", async () => {
    const missing = await readFlow(join(scratch, "none"), { apis });
    const folder = await written({ "a.txt": "" });
    const text = await readFlow(join(folder, "a.txt"), { apis });
    expect(missing.problems).toEqual([{ file: "none", message: "This path does not exist." }]);
    expect(text.problems).toEqual([
      { file: "a.txt", message: "Expected a folder, a YAML file or a .prompty file." },
    ]);
  });
});
