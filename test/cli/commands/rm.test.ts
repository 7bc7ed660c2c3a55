import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeResult } from "../../../bench/lib/cli-process.js";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import { sharedCli, testRecords } from "../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

const pipeline = `name: words
steps:
  load: { use: load, file: rows.jsonl }
  ask: { use: template, llm: test/parrot, template: "Say {{ word }}", output: answer, parameters: { response: yes } }
edges: ["load >> ask"]
`;

function output(name: string): string {
  return join(cli.setUp.dataFolder, "output", name);
}

async function listed(...given: readonly string[]): Promise<string[]> {
  const { stdout } = await cli.ostinato("list", "--json", ...given);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => (JSON.parse(line) as { name: string }).name).sort();
}

test(
  "experiments and pipelines are listed by filters, and removed with files and history",
  { timeout: 120_000 },
  async () => {
    cli.write("one.jsonl", testRecords(2, { raise_error: "no" }));
    cli.write("rows.jsonl", [{ word: "a" }]);
    cli.write("words.yaml", pipeline);
    for (const given of [
      ["run", "one.jsonl", "-mq", "6000"],
      ["run", "one.jsonl", "-mq", "6000", "--name", "kept"],
      ["pipeline", "run", "words.yaml", "-mq", "6000"],
    ]) {
      const ran = await cli.ostinato(...given);
      expect(ran, describeResult(ran)).toMatchObject({ code: 0 });
    }
    expect(await listed("--kind", "pipeline", "--state", "finished", "--since", "1h")).toEqual([
      "words",
    ]);
    expect(await listed("*e*")).toEqual(["kept", "one"]);

    const unasked = await cli.ostinato("rm", "one");
    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toContain("`ostinato rm one --yes`");
    const unknown = await cli.ostinato("rm", "one", "wrds", "--yes");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('Did you mean "words"?');
    expect(existsSync(output("one"))).toBe(true);

    const removed = await cli.ostinato("rm", "one", "words", "--yes");
    expect(removed, describeResult(removed)).toMatchObject({ code: 0 });
    expect(removed.stderr).toMatch(/Removed one: 1 run, [\d.]+ kB\. The name is free again\./);
    expect(existsSync(output("one")) || existsSync(output("words"))).toBe(false);
    const kept = await cli.ostinato("rm", "kept", "--yes", "--keep-files", "--json");
    expect(JSON.parse(kept.stdout)).toMatchObject({
      type: "removed",
      name: "kept",
      isOnServer: true,
      folders: [{ folder: output("kept"), runs: 1 }],
    });
    expect(
      readdirSync(output("kept"))
        .map((file) => file.slice(20))
        .sort(),
    ).toEqual(["completed-kept.jsonl", "input-kept.jsonl", "log-kept.txt"]);
    expect(await listed()).toEqual([]);
    expect((await cli.ostinato("rm", "kept", "--yes")).code).toBe(0);
    expect(existsSync(output("kept"))).toBe(false);
    const again = await cli.ostinato("run", "one.jsonl", "-mq", "6000", "--json");
    expect(again, describeResult(again)).toMatchObject({ code: 0 });
  },
);

test("a running experiment is refused with the command that ends it", async () => {
  const hanging = [{ api: "test", model_name: "sloth", prompt: "?", parameters: { hang: true } }];
  cli.write("running.jsonl", hanging);
  await cli.stack.start("run", "running.jsonl", "--detach").exited;
  const refused = await cli.ostinato("rm", "running", "--yes");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("`ostinato cancel running`");
  expect(existsSync(output("running"))).toBe(true);
  await cli.ostinato("cancel", "running");
  await cli.ostinato("cancel", "running");
  await waitUntil(async () => (await cli.ostinato("rm", "running", "--yes")).code === 0, {
    what: "the cancelled experiment to be removed",
    timeoutMs: 60_000,
    everyMs: 500,
  });
  expect(existsSync(output("running"))).toBe(false);
}, 120_000);
