import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pythonExecutor } from "../../../src/executors/lines/python-executor.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { endOf, poolOf, recordedRequests } from "./executor-set-up.js";

const prompty = `---
name: Basic Chat
model:
  api: chat
  configuration:
    type: azure_openai
    azure_deployment: gpt-4o
---
system:
You are a helpful assistant.

user:
{{question}}
`;

// promptflow's example `flex-flows/chat-basic`, shortened.
const chatFlow = `
from pathlib import Path
from promptflow.tracing import trace
from promptflow.core import AzureOpenAIModelConfiguration, Prompty

BASE_DIR = Path(__file__).absolute().parent

class ChatFlow:
    def __init__(self, model_config: AzureOpenAIModelConfiguration, max_total_token=4096):
        self.model_config = model_config
        self.max_total_token = max_total_token

    @trace
    def __call__(self, question: str = "What's Azure Machine Learning?", chat_history: list = None) -> str:
        prompty = Prompty.load(source=BASE_DIR / "chat.prompty", model={"configuration": self.model_config})
        chat_history = chat_history or []
        while len(chat_history) > 0:
            token_count = prompty.estimate_token_count(question=question, chat_history=chat_history)
            if token_count > self.max_total_token:
                chat_history = chat_history[1:]
            else:
                break
        return prompty(question=question, chat_history=chat_history)
`;

test("a flex flow with a .prompty file asks its run to render and to call", async () => {
  const { pool, folder } = poolOf(
    (settings) => pythonExecutor({ ...settings, setup: { ...settings.setup, files: ["flow.py"] } }),
    {
      files: { "flow.py": chatFlow, "chat.prompty": prompty },
      init: {
        "flow.py#ChatFlow": {
          model_config: { connection: "open_ai_connection", azure_deployment: "gpt-4o" },
          max_total_token: 10,
        },
      },
      connections: { open_ai_connection: "azure-openai" },
    },
  );
  const counts = [12, 8];
  const requests = recordedRequests();
  const call: typeof requests.call = async (asked) => {
    requests.calls.push(asked);
    return { response: "countTokens" in asked ? (counts.shift() ?? 0) : "Hello!" };
  };
  const history = [1, 2, 3].map((turn) => ({ role: "user", content: `turn ${turn}` }));
  const inputs = { question: "Why?", chat_history: history };
  const end = await endOf(pool, {
    file: "flow.py",
    name: "ChatFlow",
    inputs,
    requests: { ...requests, call },
  });
  expect(end).toBe("Hello!");
  const request = {
    prompty: { file: join(folder, "chat.prompty"), text: prompty },
    model: {
      configuration: {
        type: "azure_openai",
        azure_deployment: "gpt-4o",
        connection: "open_ai_connection",
      },
    },
  };
  const asked = (from: number) => ({ ...inputs, chat_history: history.slice(from) });
  expect(requests.calls).toEqual([
    { ...request, inputs: asked(0), countTokens: true },
    { ...request, inputs: asked(1), countTokens: true },
    { ...request, inputs: asked(1) },
  ]);
});

// promptflow's example `flows/evaluation/eval-classification-accuracy`.
const accuracy = `
from typing import List
from promptflow.core import log_metric, tool

@tool
def calculate_accuracy(grades: List[str]):
    result = []
    for index in range(len(grades)):
        grade = grades[index]
        result.append(grade)
    accuracy = round((result.count("Correct") / len(result)), 2)
    log_metric("accuracy", accuracy)
    return result
`;

test("an aggregation node gets its lists and logs its metrics", async () => {
  const { pool } = poolOf(pythonExecutor, { files: { "accuracy.py": accuracy } });
  const grades = ["Correct", "Incorrect", "Correct"];
  const aggregated = await pool.aggregate({
    id: "accuracy",
    file: "accuracy.py",
    inputs: { grades },
  });
  expect(aggregated).toEqual({ output: grades, metrics: [{ name: "accuracy", value: 0.67 }] });
});

// The file of an aggregation in promptflow's templates for evaluations.
const average = `
from promptflow.core import log_metric, tool
@tool
def aggregate(grades: list):
    log_metric("average", sum(grades) / len(grades))
    return len(grades)
`;

test.each([
  ["alone", average],
  ["as the only tool beside a helper", `${average}\ndef helper(x): return x\n`],
  ["without promptflow's mark", "def aggregate(grades: list): return len(grades)\n"],
])("an aggregation node runs a function named aggregate: %s", async (_, code) => {
  const { pool } = poolOf(pythonExecutor, {
    files: { "aggregate.py": code },
    uses: ["aggregate.py"],
  });
  const task = { id: "aggregate", file: "aggregate.py", inputs: { grades: [1, 2] } };
  expect((await pool.start()).find(({ name }) => name === "aggregate")?.isDefault).toBe(true);
  expect((await pool.aggregate(task)).output).toBe(2);
});

test("a tool is run before a function named aggregate", async () => {
  const { pool } = poolOf(pythonExecutor, {
    files: { "both.py": `${average}\n@tool\ndef grade(n: int): return n * 2\n` },
    uses: ["both.py"],
  });
  expect(await endOf(pool, { file: "both.py", inputs: { n: 2 } })).toBe(4);
});

test("connections are objects whose values come from the environment", async () => {
  const { pool } = poolOf(pythonExecutor, {
    files: {
      "connect.py": `
from promptflow.core import tool
from promptflow.connections import CustomConnection, AzureOpenAIConnection
@tool
def connect(mine: CustomConnection, llm: AzureOpenAIConnection, plain: str):
    return [mine.secrets["key"], mine.configs["url"], mine.key, "other" in mine.secrets, llm.name, plain]
`,
    },
    variables: { MINE_KEY: "k", URL: "u" },
    connections: { azure: "azure-openai" },
  });
  const inputs = { mine: "mine", llm: "azure", plain: "azure" };
  expect(await endOf(pool, { file: "connect.py", inputs })).toEqual([
    "k",
    "u",
    "k",
    false,
    "azure",
    "azure",
  ]);
});

test("promptflow's chat tool and a Jinja template ask the run", async () => {
  const { pool } = poolOf(pythonExecutor, {
    files: {
      "tools.py": `
from promptflow import tool
from promptflow.connections import AzureOpenAIConnection
from promptflow.tools.aoai import chat
from promptflow.tools.common import render_jinja_template
@tool
def ask(connection: AzureOpenAIConnection, q: str):
    return [render_jinja_template("{{q}}?", q=q), chat(connection, "# user:\\n{{q}}", deployment_name="d", temperature=0, q=q)]
`,
    },
  });
  const requests = recordedRequests();
  const inputs = { connection: "conn", q: "why" };
  await endOf(pool, { file: "tools.py", inputs, requests });
  expect(requests.calls).toEqual([
    { render: "{{q}}?", inputs: { q: "why" } },
    {
      llm: "conn/d",
      template: "# user:\n{{q}}",
      inputs: { q: "why" },
      parameters: { temperature: 0 },
    },
  ]);
});

test("images are objects in Python nodes, and objects of JSON again in results and calls", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "dot.png");
  writeFileSync(path, "abc");
  const { pool } = poolOf(pythonExecutor, {
    files: {
      "look.py": `
from promptflow.contracts.multimedia import Image
from promptflow.core import tool

@tool
def look(image: Image, more: list):
    made = Image(b"xyz", "image/png")
    return {"size": len(image), "text": image.to_base64(), "images": [image, *more, made], "name": str(image)}
`,
    },
  });
  const image = { "data:image/*;path": path };
  const other = { "data:image/png;base64": "YWJj" };
  expect(await endOf(pool, { file: "look.py", inputs: { image, more: [other] } })).toEqual({
    size: 3,
    text: "YWJj",
    images: [image, other, { "data:image/png;base64": "eHl6" }],
    // The SHA-1 of "abc" begins with a9993e36.
    name: "Image(a9993e36)",
  });
  const missing = { "data:image/png;path": join(folder, "none.png") };
  expect(await endOf(pool, { file: "look.py", inputs: { image: missing, more: [] } })).toContain(
    "FileNotFoundError",
  );
});
