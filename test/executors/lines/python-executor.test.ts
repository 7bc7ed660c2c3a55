import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { TaskFailed } from "../../../src/executors/lines/executor.js";
import { pythonExecutor } from "../../../src/executors/lines/python-executor.js";
import { endOf, endsOf, poolOf, recordedRequests, responseTexts } from "./executor-set-up.js";

const deeds = `
import os, sys, time, threading
from ostinato_flow import call

def obey(deed: str):
    if deed == "loop":
        while True: pass
    if deed == "sleep": time.sleep(1000)
    if deed == "exit": os._exit(3)
    if deed == "segfault":
        import ctypes
        ctypes.string_at(0)
    if deed == "askExit":
        call("test/a", "x")
        os._exit(4)
    if deed == "stop": sys.exit(3)
    time.sleep(0.005)
    return deed.upper()
`;

describe("a line that", () => {
  test.each([
    ["loops", "loop", /^LineExecutionTimeout: .* longer than 2 s/],
    ["stands still", "sleep", /^LineExecutionTimeout: /],
    [
      "ends its process",
      "exit",
      /^ProcessCrash: The executor python3 ended with exit code 3 while/,
    ],
    ["breaks its process", "segfault", /^ProcessCrash: The executor python3 ended by SIGSEGV/],
    ["ends its process after a call", "askExit", /^ProcessCrash: .* exit code 4/],
    ["calls sys.exit", "stop", /^SystemExit: /],
  ])("%s fails alone among 60", async (_, deed, expected) => {
    const { pool } = poolOf(pythonExecutor, { files: { "deeds.py": deeds } });
    const inputs = Array.from({ length: 60 }, (_, line) => ({
      deed: line === 20 ? deed : `row ${line}`,
    }));
    const limitMs = deed === "loop" || deed === "sleep" ? 2_000 : 20_000;
    const ends = await endsOf(pool, inputs, { file: "deeds.py", options: { limitMs } });
    const others = inputs.map(({ deed: each }) => each.toUpperCase());
    expect(ends[20]).toMatch(expected);
    expect(ends.toSpliced(20, 1)).toEqual(others.toSpliced(20, 1));
  });

  test("kills its process three times among 300 fails three lines", async () => {
    const { pool } = poolOf(pythonExecutor, { files: { "deeds.py": deeds }, most: 2 });
    const bad = new Set([10, 150, 299]);
    const inputs = Array.from({ length: 300 }, (_, line) => ({
      deed: bad.has(line) ? "exit" : `row ${line}`,
    }));
    const ends = await endsOf(pool, inputs, { file: "deeds.py" });
    const failed = ends.flatMap((end, line) =>
      isText(end) && end.startsWith("ProcessCrash") ? [line] : [],
    );
    expect(failed).toEqual([10, 150, 299]);
    expect(ends[298]).toBe("ROW 298");
  });

  test("takes too long is felt, and its waits do not count", async () => {
    const { pool } = poolOf(pythonExecutor, { files: { "deeds.py": deeds } });
    await pool.start();
    const startedAtMs = performance.now();
    const requests = {
      ...recordedRequests(),
      call: async () => sleep(1500, { response: "late" }),
    };
    const waited = endOf(pool, {
      file: "deeds.py",
      inputs: { deed: "askExit" },
      line: 1,
      requests,
      options: { limitMs: 700 },
    });
    const stuck = endOf(pool, {
      file: "deeds.py",
      inputs: { deed: "sleep" },
      options: { limitMs: 700 },
    });
    expect(await stuck).toMatch(/^LineExecutionTimeout/);
    // It would sleep for 1,000 s.
    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
    expect(await waited).toMatch(/^ProcessCrash: .*exit code 4/);
  });
});

test("a line is abandoned at once, while it computes and while it waits", async () => {
  const { pool } = poolOf(pythonExecutor, {
    files: {
      "slow.py": `
import time
from ostinato_flow import call
def slow(how: str):
    if how == "ask": return call("test/a", "x").text
    time.sleep(60 if how == "compute" else 0)
    return how
`,
    },
  });
  await pool.start();
  const abandoned = new AbortController();
  const options = { signal: abandoned.signal };
  const requests = { ...recordedRequests(), call: async () => new Promise<never>(() => undefined) };
  const ends = Promise.allSettled([
    endOf(pool, { file: "slow.py", inputs: { how: "compute" }, requests, options }),
    endOf(pool, { file: "slow.py", inputs: { how: "ask" }, requests, options, line: 1 }),
  ]);
  await sleep(100);
  const startedAtMs = performance.now();
  abandoned.abort(new Error("canceled"));
  expect((await ends).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  expect(await endOf(pool, { file: "slow.py", inputs: { how: "go" } })).toBe("go");
});

const isText = (value: unknown): value is string => typeof value === "string";

/** A dead process whose parent has not looked at it yet does not count. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.startsWith("Z");
}

test("the end kills a child that loops, with the processes that it has started", async () => {
  const { pool, folder } = poolOf(pythonExecutor, {
    files: {
      "deep.py": `
import os, subprocess
def deep():
    child = subprocess.Popen(["sleep", "1000"])
    with open("pids.tmp", "w") as out: out.write(f"{os.getpid()} {child.pid}")
    os.rename("pids.tmp", "pids")
    while True: pass
`,
    },
  });
  const end = pool.run(
    { id: "0/deep", line: 0, file: "deep.py", inputs: {}, journal: {} },
    recordedRequests(),
  );
  const rejected = expect(end).rejects.toThrow("ended");
  while (!existsSync(join(folder, "pids"))) await sleep(10);
  const pids = readFileSync(join(folder, "pids"), "utf8").split(" ").map(Number);
  expect(pids.map(isAlive)).toEqual([true, true]);
  const startedAtMs = performance.now();
  await pool.end();
  await rejected;
  expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  await expect.poll(() => pids.map(isAlive)).toEqual([false, false]);
});

describe("the greeting", () => {
  test.each([
    [
      "a missing package by name",
      "import bs4\ndef score(): pass\n",
      "score.py imports bs4, which python3 does not have: install it, or set OSTINATO_PYTHON.",
    ],
    [
      "a missing package inside a function",
      "def score():\n    import bs4.element\n",
      "score.py imports bs4, which python3 does not have: install it, or set OSTINATO_PYTHON.",
    ],
    [
      "a part of promptflow without a stand-in",
      "from promptflow.azure import PFClient\ndef score(): pass\n",
      "score.py imports promptflow.azure, for which Ostinato has no stand-in. See docs/from-promptflow.md.",
    ],
    ["a syntax error with its place", "def score(:\n", "score.py:1:11: invalid syntax"],
    [
      "an error while loading",
      "x = 1\ny = x / 0\ndef score(): pass\n",
      "score.py:2 can't be loaded: ZeroDivisionError: division by zero",
    ],
  ])("refuses %s", async (_, text, message) => {
    const { pool } = poolOf(pythonExecutor, { files: { "score.py": text } });
    await expect(pool.start()).rejects.toEqual(new UserError(message));
  });

  test("refuses a Python that is not there", async () => {
    const { pool } = poolOf(pythonExecutor, {
      files: { "a.py": "def a(): pass" },
      environment: { OSTINATO_PYTHON: "/nowhere/python" },
    });
    await expect(pool.start()).rejects.toThrow(
      "/nowhere/python can't be found. Install Python 3.9 or later, or set OSTINATO_PYTHON to its path.",
    );
  });

  test("has its time limit", async () => {
    const { pool } = poolOf(pythonExecutor, {
      files: { "a.py": "import time\ntime.sleep(100)\n" },
      greetMs: 400,
    });
    const startedAtMs = performance.now();
    await expect(pool.start()).rejects.toThrow('python3 did not say "ready" within 0.4 s.');
    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  });

  test("tells the functions with their parameters", async () => {
    const { pool } = poolOf(pythonExecutor, {
      files: {
        "nodes/score.py": `
from promptflow.core import tool
from typing import List
def helper(x): return x
@tool
def score(answer: str, truth: float, tags: List[str], limit: int = 3, *rest, **more): return limit
`,
        "grade.py": `
class Grade:
    def __init__(self, most: int): self.most = most
    def __call__(self, n: int): return n / self.most
    def __aggregate__(self, results: list): return {"sum": sum(results)}
`,
      },
      init: { "grade.py#Grade": { most: 4 } },
    });
    const parameters = [
      { name: "answer", type: "string", required: true },
      { name: "truth", type: "double", required: true },
      { name: "tags", type: "list", required: true },
      { name: "limit", type: "int", required: false, default: 3 },
    ];
    const score = { file: "nodes/score.py", aggregates: false, takesOthers: false };
    expect(await pool.start()).toEqual([
      { ...score, name: "helper", isDefault: false, parameters: [{ name: "x", required: true }] },
      { ...score, name: "score", isDefault: true, takesOthers: true, parameters },
      {
        file: "grade.py",
        name: "Grade",
        isDefault: true,
        aggregates: true,
        takesOthers: false,
        parameters: [{ name: "n", type: "int", required: true }],
      },
    ]);
    expect(await endOf(pool, { file: "grade.py", inputs: { n: 1 } })).toBe(0.25);
    const lines = [3, 4].map((outputs, line_number) => ({ line_number, inputs: {}, outputs }));
    const task = { id: "all", file: "grade.py", name: "Grade", inputs: {}, lines };
    expect(await pool.aggregate(task)).toEqual({ output: { sum: 7 }, metrics: [] });
  });

  test.each([
    [
      "two.py",
      "def one(n): pass\ndef two(n): pass\n",
      /Name one, as in two.py#NAME \(it has: one, two\)/,
    ],
    ["two.py#thre", "def two(n): pass\n", /There is no function "thre" in two.py \(it has: two\)/],
    [
      "k.py",
      "class K:\n  def __init__(self, factor): pass\n  def __call__(self, n): pass\n",
      /^k.py: K can't be made: missing a required argument: 'factor'. Give its arguments with --init NAME=VALUE. It takes: factor.$/,
    ],
  ])("refuses %s, which tasks would name", async (use, code, message) => {
    const [file = ""] = use.split("#");
    const { pool } = poolOf(pythonExecutor, { files: { [file]: code }, uses: [use] });
    await expect(pool.start()).rejects.toThrow(message);
  });

  test("refuses a class whose arguments are wrong", async () => {
    const { pool } = poolOf(pythonExecutor, {
      files: { "g.py": "class G:\n  def __init__(self, n): pass\n  def __call__(self): pass\n" },
      init: { "g.py#G": { m: 1 } },
    });
    await expect(pool.start()).rejects.toThrow(
      /^g.py: G can't be made: TypeError: .*unexpected keyword argument 'm'/,
    );
  });
});

const kinds = `
import asyncio, dataclasses, math
@dataclasses.dataclass
class Result:
    label: str
    score: float
async def slowly(x): await asyncio.sleep(0.001); return {"x": x}
def stream(x):
    for part in ["a", 1, "b"]: yield part
async def astream(x):
    yield "a"
    yield "b"
def data(x): return Result("good", math.nan)
def infinite(x): return [math.inf, -math.inf]
def deep(x):
    for _ in range(1000): x = [x]
    return x
class Wordless(Exception):
    def __str__(self): raise RuntimeError("no words")
def wordless(x): raise Wordless()
def strange(x): return {"ok": 1, "tags": {"a": [{1, 2}]}}
def wrong(x):
    inner(x)
def inner(x):
    raise ValueError("no " + x)
def noisy(x):
    import os
    print("hello")
    print("a", "b", end="")
    print("c")
    os.system("echo from a shell")
    os.write(1, b"raw\\n")
    return input if False else "quiet"
`;

test.each([
  ["slowly", { x: "1" }],
  ["stream", "a1b"],
  ["astream", "ab"],
  ["data", { label: "good", score: "NaN" }],
  ["infinite", ["Infinity", "-Infinity"]],
  [
    "deep",
    `WrongResult: Expected JSON in the output${"[0]".repeat(18)}…, got lists and objects nested more than 200 levels deep, or a value that contains itself.`,
  ],
  ["wordless", "Wordless: Wordless"],
  ["strange", 'WrongResult: Expected JSON in the output "tags".a[0], got a set.'],
  ["wrong", "ValueError: no 1"],
])("the function %s gives %j", async (name, expected) => {
  const { pool } = poolOf(pythonExecutor, { files: { "kinds.py": kinds } });
  expect(await endOf(pool, { file: "kinds.py", name, inputs: { x: "1" } })).toEqual(expected);
});

test("an error has the user's own frames alone", async () => {
  const { pool, folder } = poolOf(pythonExecutor, { files: { "kinds.py": kinds } });
  const task = { id: "0/wrong", line: 0, file: "kinds.py", inputs: { x: "1" }, journal: {} };
  const error: unknown = await pool
    .run({ ...task, name: "wrong" }, recordedRequests())
    .catch((thrown: unknown) => thrown);
  const file = join(folder, "kinds.py");
  const lines = kinds.split("\n");
  const at = (text: string): number => lines.indexOf(text) + 1;
  expect(error).toBeInstanceOf(TaskFailed);
  expect((error as TaskFailed).trace).toBe(
    [
      "Traceback (most recent call last):",
      `  File "${file}", line ${at("    inner(x)")}, in wrong`,
      "    inner(x)",
      `  File "${file}", line ${at('    raise ValueError("no " + x)')}, in inner`,
      '    raise ValueError("no " + x)',
      "ValueError: no 1",
    ].join("\n"),
  );
});

test("output of the code is logged and never taken for a message", async () => {
  const { pool, logged } = poolOf(pythonExecutor, { files: { "kinds.py": kinds } });
  const requests = recordedRequests();
  const end = await endOf(pool, { file: "kinds.py", name: "noisy", inputs: { x: "1" }, requests });
  expect(end).toBe("quiet");
  expect(requests.logs).toEqual(["hello", "a bc"]);
  await expect.poll(() => logged.join("")).toBe("from a shell\nraw\n");
});

test("a text without an end of line belongs to the task that printed it", async () => {
  const code = 'def flow(q):\n    print("from " + q, end="")\n    return q\n';
  const { pool } = poolOf(pythonExecutor, { files: { "flow.py": code } });
  const logs: (readonly string[])[] = [];
  for (const q of ["a", "b"]) {
    const requests = recordedRequests();
    expect(await endOf(pool, { file: "flow.py", inputs: { q }, requests })).toBe(q);
    logs.push(requests.logs);
  }
  expect(logs).toEqual([["from a"], ["from b"]]);
});

test("calls, steps, numbers and times are of the line, and of its journal when it runs again", async () => {
  const { pool } = poolOf(pythonExecutor, {
    files: {
      "flow.py": `
import ostinato_flow
made = []
def flow(q):
    first = ostinato_flow.call("openai/gpt-4o", q, temperature=0)
    page = ostinato_flow.step("fetch", lambda: made.append(q) or len(made))
    return {"text": first.text, "tokens": first.facts["usage"]["total_tokens"], "page": page,
            "random": ostinato_flow.random(), "now": ostinato_flow.now(), "line": ostinato_flow.line_number()}
`,
    },
  });
  const requests = recordedRequests();
  const task = { file: "flow.py", inputs: { q: "why" }, line: 7, requests };
  const first = await endOf(pool, task);
  expect(requests.calls).toEqual([
    { llm: "openai/gpt-4o", prompt: "why", parameters: { temperature: 0 } },
  ]);
  const journal = Object.fromEntries(requests.records);
  expect(journal).toEqual({ "fetch/0": 1, "ostinato.now/0": expect.any(Number) });
  expect(first).toEqual({
    text: "WHY",
    tokens: 3,
    page: 1,
    line: 7,
    now: journal["ostinato.now/0"],
    // The first six bytes of the SHA-256 of "7/0", as a fraction.
    random: 0.10043843408724484,
  });
  expect(await endOf(pool, { ...task, journal })).toEqual(first);
});

test.each(responseTexts)("the text of the response %j is %j", async (response, text) => {
  const code = 'import ostinato_flow\ndef ask(q): return ostinato_flow.call("a/b", q).text\n';
  const { pool } = poolOf(pythonExecutor, { files: { "flow.py": code } });
  const requests = { ...recordedRequests(), call: async () => ({ response }) };
  expect(await endOf(pool, { file: "flow.py", name: "ask", inputs: { q: "" }, requests })).toBe(
    text,
  );
});

test("a failed call reaches the code as an error of its type", async () => {
  const { pool } = poolOf(pythonExecutor, { files: { "deeds.py": deeds } });
  const refusal = Object.assign(new Error("The model refused."), { type: "permanent" });
  const requests = { ...recordedRequests(), call: async () => Promise.reject(refusal) };
  const end = endOf(pool, { file: "deeds.py", inputs: { deed: "askExit" }, requests });
  expect(await end).toBe("permanent: The model refused.");
});

test("the code sees no API keys, and the variables that it was given", async () => {
  const { pool } = poolOf(pythonExecutor, {
    files: { "env.py": "import os\ndef env(): return dict(os.environ)\n" },
    environment: {
      PATH: process.env["PATH"],
      OPENAI_API_KEY: "secret",
      OPENAI_API_KEY_gpt_4o: "secret",
      PLAIN: "seen",
    },
    variables: { MY_API_KEY: "given" },
  });
  const seen = await endOf(pool, { file: "env.py", inputs: {} });
  expect(seen).toMatchObject({ PLAIN: "seen", MY_API_KEY: "given" });
  expect(JSON.stringify(seen)).not.toContain("secret");
});

test("an aggregation asks models, and records values under its own name", async () => {
  const code = [
    "from ostinato_flow import call, random, step",
    "def review(texts: list):",
    "    count = step('count', lambda: len(texts))",
    "    return {'count': count, 'answers': [call('a/b', text).text for text in texts], 'random': random()}",
    "",
  ].join("\n");
  const { pool } = poolOf(pythonExecutor, { files: { "review.py": code } });
  const task = { id: "review", file: "review.py", inputs: { texts: ["x", "y"] } };
  const requests = recordedRequests();
  expect(await pool.aggregate(task, { requests })).toMatchObject({
    // As in TypeScript.
    output: { count: 2, answers: ["X", "Y"], random: 0.9460054665412763 },
  });
  expect(requests.records).toEqual([["count/0", 2]]);
  await expect(pool.aggregate({ ...task, journal: { "count/0": 7 } })).rejects.toThrow(
    "This aggregation can't ask a model.",
  );
});
