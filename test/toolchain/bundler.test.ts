import { join } from "node:path";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";
import { describe, expect, test } from "vitest";
import { sound } from "./mistakes.js";
import { scratchProject } from "./scratch-project.js";
import type { ScratchProject } from "./scratch-project.js";

describe("the workflow bundler", () => {
  test("refuses a workflow that drags in a provider's Node builtin", async () => {
    const project = await scratchProject({
      ...sound,
      "workflows/index.ts": 'export { answer } from "../src/providers/test/create-provider.js";\n',
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
