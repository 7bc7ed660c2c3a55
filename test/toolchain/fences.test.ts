import { join } from "node:path";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratchProject } from "./scratch-project.js";
import type { ScratchProject } from "./scratch-project.js";

/** A small product in which nothing is wrong, for the mistakes to import. */
const sound = {
  "src/domain/limits.ts": "export const limit = 1;\n",
  "src/client/start.ts": 'export { limit } from "../domain/limits.js";\n',
  "src/index.ts": 'export { limit } from "./client/start.js";\n',
  "src/providers/test.ts":
    'import { randomUUID } from "node:crypto";\nexport const answer = () => randomUUID();\n' +
    "export function createTestProvider() {\n  return answer;\n}\n",
  "src/storage/stamp.ts": "export const stamp = 1;\n",
  "activities/contract.ts": "export interface Activities { send: () => void }\n",
  "activities/send.ts": "export const send = 1;\n",
  "workflows/messages.ts": "export const pause = 1;\n",
  "workflows/run-page.ts":
    'import type { Activities } from "../activities/contract.js";\nexport type Proxies = Activities;\n',
  "worker/main.ts": "export const worker = 1;\n",
  "cli/main.ts": 'export { limit } from "../src/index.js";\n',
  "test/domain/limits.ts": 'export { limit } from "../../src/domain/limits.js";\n',
};

interface Mistake {
  readonly title: string;
  readonly file: string;
  readonly code: string;
  /** The rule that has to name the file. */
  readonly rule: string;
}

const directions: readonly Mistake[] = [
  {
    title: "the domain imports activities",
    file: "src/domain/knows-activities.ts",
    code: 'export { send } from "../../activities/send.js";\n',
    rule: "domain-is-pure",
  },
  {
    title: "the domain imports Temporal",
    file: "src/domain/knows-temporal.ts",
    code: 'export { sleep } from "@temporalio/workflow";\n',
    rule: "domain-is-pure",
  },
  {
    title: "src outside the client imports Temporal",
    file: "src/storage/knows-temporal.ts",
    code: 'export { sleep } from "@temporalio/workflow";\n',
    rule: "only-client-reaches-temporal",
  },
  {
    title: "the client imports a workflow",
    file: "src/client/knows-workflow.ts",
    code: 'import type { Proxies } from "../../workflows/run-page.js";\nexport type P = Proxies;\n',
    rule: "client-knows-messages-only",
  },
  {
    title: "an activity imports Temporal's client",
    file: "activities/knows-client.ts",
    code: 'import type { Client } from "@temporalio/client";\nexport type C = Client;\n',
    rule: "temporal-client-in-one-place",
  },
  {
    title: "workflows import node:fs",
    file: "workflows/reads-files.ts",
    code: 'export { readFileSync } from "node:fs";\n',
    rule: "workflows-stay-in-the-sandbox",
  },
  {
    title: "workflows re-export a provider",
    file: "workflows/knows-provider.ts",
    code: 'export { answer } from "../src/providers/test.js";\n',
    rule: "workflows-stay-in-the-sandbox",
  },
  {
    title: "workflows import an activity's value",
    file: "workflows/knows-activity.ts",
    code: 'export { send } from "../activities/send.js";\n',
    rule: "activities-are-types-to-workflows",
  },
  {
    title: "a provider imports another",
    file: "src/providers/openai.ts",
    code: 'export { answer } from "./test.js";\n',
    rule: "providers-stand-alone",
  },
  {
    title: "the product imports the worker",
    file: "src/client/knows-worker.ts",
    code: 'export { worker } from "../../worker/main.js";\n',
    rule: "only-tests-import-worker",
  },
  {
    title: "the CLI imports past the library",
    file: "cli/knows-provider.ts",
    code: 'export { answer } from "../src/providers/test.js";\n',
    rule: "cli-uses-the-library",
  },
  {
    title: "the product imports a test",
    file: "src/storage/knows-test.ts",
    code: 'export { limit } from "../../test/domain/limits.js";\n',
    rule: "product-knows-no-test",
  },
  {
    title: "two files need each other",
    file: "src/storage/about.ts",
    code: 'import { round } from "./round.js";\nexport const about = () => round();\n',
    rule: "no-cycles",
  },
];

const lintMistakes: readonly Mistake[] = [
  {
    title: "the domain looks at the clock",
    file: "src/domain/clock.ts",
    code: "export const now = (): number => Date.now();\n",
    rule: "no-restricted-properties",
  },
  {
    title: "the domain makes a date of now",
    file: "src/domain/today.ts",
    code: "export const today = (): Date => new Date();\n",
    rule: "no-restricted-syntax",
  },
  {
    title: "the domain throws dice",
    file: "src/domain/dice.ts",
    code: "export const dice = (): number => Math.random();\n",
    rule: "no-restricted-properties",
  },
  {
    title: "the domain imports a Node builtin",
    file: "src/domain/builtin.ts",
    code: 'export { join } from "path";\n',
    rule: "no-restricted-imports",
  },
  {
    title: "a workflow imports a Node builtin",
    file: "workflows/builtin.ts",
    code: 'export { join } from "node:path";\n',
    rule: "@typescript-eslint/no-restricted-imports",
  },
  {
    title: "a test mocks a module",
    file: "test/domain/mock.ts",
    code: 'import { vi } from "vitest";\nvi.mock("../../src/domain/limits.js");\n',
    rule: "no-restricted-properties",
  },
  {
    title: "a promise floats",
    file: "src/storage/floating.ts",
    code: "const work = async (): Promise<void> => {};\nexport const go = (): void => {\n  work();\n};\n",
    rule: "@typescript-eslint/no-floating-promises",
  },
  {
    title: "a switch misses a member",
    file: "src/storage/switch.ts",
    code: 'export const f = (x: "a" | "b"): void => {\n  switch (x) {\n    case "a":\n      return;\n  }\n};\n',
    rule: "@typescript-eslint/switch-exhaustiveness-check",
  },
  {
    title: "src writes to the console",
    file: "src/storage/talks.ts",
    code: 'console.log("here");\nexport {};\n',
    rule: "no-console",
  },
  {
    title: "a function takes a fourth parameter",
    file: "src/storage/four.ts",
    code: "export const f = (a: number, b: number, c: number, d: number): number => a + b + c + d;\n",
    rule: "@typescript-eslint/max-params",
  },
  {
    title: "a file outgrows 400 lines",
    file: "src/storage/long.ts",
    code: `export {};\n${"void 0;\n".repeat(400)}`,
    rule: "max-lines",
  },
];

const compilerMistakes: readonly Mistake[] = [
  ...["process", "Buffer", "setTimeout", "console", "fetch"].map((name) => ({
    title: `the domain uses ${name}`,
    file: `src/domain/uses-${name}.ts`,
    code: `export const used: unknown = ${name};\n`,
    rule: "TS2",
  })),
  {
    title: "a workflow uses process",
    file: "workflows/uses-process.ts",
    code: "export const used: unknown = process;\n",
    rule: "TS2",
  },
  {
    title: "the domain imports outside its folder",
    file: "src/domain/reaches-out.ts",
    code: 'export { send } from "../../activities/send.js";\n',
    rule: "TS6",
  },
];

function filesOf(mistakes: readonly Mistake[]): Record<string, string> {
  return Object.fromEntries(mistakes.map(({ file, code }) => [file, code]));
}

describe("dependency-cruiser", () => {
  let project: ScratchProject;
  let found: readonly string[];

  beforeAll(async () => {
    project = await scratchProject({
      ...sound,
      ...filesOf(directions),
      "src/storage/round.ts":
        'import { about } from "./about.js";\nexport const round = () => about();\n',
    });
    const { stdout } = await project.run("dependency-cruiser/bin/dependency-cruise.mjs", [
      ...["src", "activities", "workflows", "worker", "cli", "test"],
      ...["--output-type", "json"],
    ]);
    found = violationsOf(stdout);
  });
  afterAll(() => project.remove());

  test.each(directions)("refuses it when $title", ({ file, rule }) => {
    expect(found).toContain(`${rule}: ${file}`);
  });

  test("lets sound files be", () => {
    expect(found.filter((line) => Object.keys(sound).some((file) => line.endsWith(file)))).toEqual(
      [],
    );
  });
});

describe("the linter", () => {
  let project: ScratchProject;
  let found: readonly string[];

  beforeAll(async () => {
    project = await scratchProject({ ...sound, ...filesOf(lintMistakes) });
    const { stdout } = await project.run("eslint/bin/eslint.js", [
      "--format=json",
      ...lintMistakes.map(({ file }) => file),
    ]);
    found = lintMessagesOf(stdout, project.folder);
  });
  afterAll(() => project.remove());

  test.each(lintMistakes)("refuses it when $title", ({ file, rule }) => {
    expect(found).toContain(`${rule}: ${file}`);
  });
});

describe("the compiler", () => {
  let project: ScratchProject;
  let output: string;

  beforeAll(async () => {
    project = await scratchProject({ ...sound, ...filesOf(compilerMistakes) });
    const results = await Promise.all(
      ["src/domain", "workflows"].map((folder) =>
        project.run("typescript/bin/tsc", ["-p", folder, "--noEmit", "--pretty", "false"]),
      ),
    );
    output = results.map(({ stdout }) => stdout).join("");
  });
  afterAll(() => project.remove());

  test.each(compilerMistakes)("refuses it when $title", ({ file, rule }) => {
    expect(output.split("\n").filter((line) => line.startsWith(`${file}(`))).toContainEqual(
      expect.stringContaining(`error ${rule}`),
    );
  });
});

describe("the workflow bundler", () => {
  test("refuses a workflow that drags in a provider's Node builtin", async () => {
    const project = await scratchProject({
      ...sound,
      "workflows/index.ts": 'export { answer } from "../src/providers/test.js";\n',
    });
    const said: string[] = [];
    await expect(bundle(project, said)).rejects.toThrow("Webpack finished with errors");
    expect(said.join("\n")).toContain("crypto");
    await project.remove();
  });

  test("takes sound workflows", async () => {
    const project = await scratchProject({
      ...sound,
      "workflows/index.ts": 'export { pause } from "./messages.js";\n',
    });
    expect((await bundle(project, [])).code).toContain("pause");
    await project.remove();
  });
});

function bundle(project: ScratchProject, said: string[]): ReturnType<typeof bundleWorkflowCode> {
  return bundleWorkflowCode({
    workflowsPath: join(project.folder, "workflows"),
    logger: new DefaultLogger("ERROR", ({ message }) => said.push(message)),
  });
}

function violationsOf(report: string): readonly string[] {
  // The shape is dependency-cruiser's, of which only this is read.
  const { summary } = JSON.parse(report) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
}

function lintMessagesOf(report: string, folder: string): readonly string[] {
  // The shape is ESLint's, of which only this is read.
  const results = JSON.parse(report) as {
    filePath: string;
    messages: { ruleId: string | null }[];
  }[];
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId }) => `${ruleId ?? "unparsed"}: ${filePath.slice(folder.length + 1)}`),
  );
}
