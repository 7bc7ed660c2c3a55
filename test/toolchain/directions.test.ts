import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesOf, sound } from "./mistakes.js";
import type { Mistake } from "./mistakes.js";
import { scratchProject } from "./scratch-project.js";
import type { ScratchProject } from "./scratch-project.js";

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
    title: "the page imports a reader of files",
    file: "src/page/reads-files.ts",
    code: 'export { stamp } from "../storage/run/stamp.js";\n',
    rule: "page-stands-alone",
  },
  {
    title: "a report imports the page",
    file: "src/report/knows-page.ts",
    code: 'export { page } from "../page/main.js";\n',
    rule: "nobody-imports-the-page",
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
    code: 'export { answer } from "../src/providers/test/create-provider.js";\n',
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
    file: "src/providers/openai/create-provider.ts",
    code: 'export { answer } from "../test/create-provider.js";\n',
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
    code: 'export { answer } from "../src/providers/test/create-provider.js";\n',
    rule: "cli-uses-the-library",
  },
  {
    title: "the product imports the package's entry",
    file: "src/storage/knows-entry.ts",
    code: 'export { limit } from "../index.js";\n',
    rule: "entry-is-for-the-outside",
  },
  {
    title: "the CLI imports the package's entry",
    file: "cli/knows-entry.ts",
    code: 'export { limit } from "../src/index.js";\n',
    rule: "entry-is-for-the-outside",
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

function violationsOf(report: string): readonly string[] {
  // The shape is dependency-cruiser's, of which only this is read.
  const { summary } = JSON.parse(report) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
}
