/** Runs whose files lie in several folders. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeResult } from "../../../../bench/lib/cli-process.js";
import { waitUntil } from "../../../../bench/lib/wait-until.js";
import { experimentId } from "../../../../src/domain/experiment/ids.js";
import { connect } from "../../../../src/index.js";
import { sharedCli } from "../../../helpers/cli-set-up.js";
import { chatAnswer, startOpenAiServer } from "../../../helpers/openai-server.js";
import { png } from "../../../providers/contract/png.js";

const cli = sharedCli({ withWorker: true });

test(
  "images are sent that lie beside the file with the rows, and beside the flow",
  { timeout: 60_000 },
  async () => {
    const server = await startOpenAiServer({ reply: () => ({ body: chatAnswer("A cat.") }) });
    onTestFinished(server.close);
    const envFile = cli.write("images.env", `OPENAI_API_KEY=k\nOPENAI_BASE_URL=${server.url}\n`);
    for (const folder of ["look", "look/rows"]) mkdirSync(join(cli.setUp.folder, folder));
    writeFileSync(join(cli.setUp.folder, "look/logo.png"), png);
    writeFileSync(join(cli.setUp.folder, "look/rows/cat.png"), png);
    cli.write("look/rows/rows.jsonl", [{ picture: { "data:image/png;path": "cat.png" } }]);
    cli.write(
      "look/flow.dag.yaml",
      [
        "inputs:",
        "  picture: { type: image }",
        '  logo: { type: image, default: { "data:image/png;path": logo.png } }',
        "nodes:",
        "  - name: see",
        "    type: llm",
        "    llm: openai/m",
        '    template: "# user:\\n![image]({{ picture }})\\n![image]({{ logo }})"',
        "    inputs: { picture: '${inputs.picture}', logo: '${inputs.logo}' }",
        "outputs: { seen: { reference: '${see.output}' } }",
        "",
      ].join("\n"),
    );
    const data = ["--data", "look/rows/rows.jsonl", "--env-file", envFile];
    const dry = await cli.ostinato("batch", "dry-run", "look", ...data);
    expect(dry, describeResult(dry)).toMatchObject({ code: 0 });
    const run = await cli.ostinato("batch", "run", "look", ...data, "-mq", "6000");
    expect(run, describeResult(run)).toMatchObject({ code: 0 });
    expect(run.stdout).toContain("Completed: 1 completed");
    const url = `data:image/png;base64,${png.toString("base64")}`;
    const image = { type: "image_url", image_url: { detail: "auto", url } };
    expect(server.requests.map(({ body }) => body["messages"])).toEqual(
      Array.from({ length: 2 }, () => [{ role: "user", content: [image, image] }]),
    );
  },
);

test(
  "an unchanged run that the server has forgotten is found in its own data folder",
  { timeout: 120_000 },
  async () => {
    // Without a parameter, the API `test` fails one call in five.
    const head =
      "model: { configuration: { connection: test, model: small }, parameters: { latency_ms: 1 } }";
    const text = `---\n${head}\ninputs: { q: { type: string } }\n---\n# user:\n{{ q }}\n`;
    const flow = cli.write("kept.prompty", text);
    const given = [
      "--data",
      cli.write("kept.jsonl", [{ q: "Why?" }]),
      "--data-folder",
      "elsewhere",
    ];
    const first = await cli.ostinato("batch", "run", flow, ...given);
    expect(first, describeResult(first)).toMatchObject({ code: 0 });
    const { client, close } = await connect({ env: cli.setUp.env });
    onTestFinished(close);
    const workflowId = experimentId("kept");
    const { namespace } = client.options;
    await client.workflowService.deleteWorkflowExecution({
      namespace,
      workflowExecution: { workflowId },
    });
    const isThere = async (): Promise<boolean> =>
      client.workflow
        .getHandle(workflowId)
        .describe()
        .then(
          () => true,
          () => false,
        );
    await waitUntil(async () => !(await isThere()), {
      what: "the history is deleted",
      timeoutMs: 60_000,
    });
    const again = await cli.ostinato("batch", "run", flow, ...given);
    expect(again, describeResult(again)).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("Completed: 1 completed");
  },
);
