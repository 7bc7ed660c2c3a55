import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sharedCli } from "../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: false });

/** An API whose answer to one prompt kills the process, as a fault in a library may. */
const deadly = (calls: string): string => `
import { appendFileSync } from "node:fs";
export default {
  name: "deadly",
  send: async ({ record }) => {
    appendFileSync(${JSON.stringify(calls)}, record.prompt + "\\n");
    if (record.prompt === "kill") process.kill(process.pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { response: "fine" };
  },
};`;

test(
  "a record whose answer kills the worker fails after --max-attempts, and the others are answered",
  { timeout: 300_000 },
  async () => {
    const calls = join(cli.setUp.folder, "calls.txt");
    const prompts = ["one", "kill", "two"];
    const input = cli.write(
      "deadly.jsonl",
      prompts.map((prompt) => ({ api: "deadly", prompt })),
    );
    const module = cli.write("deadly.mjs", deadly(calls));
    const run = await cli.ostinato(
      ...["run", input, "--provider", module, "-mq", "6000", "--max-attempts", "3"],
    );
    const lines = readFileSync(run.stdout.trim(), "utf8").trimEnd().split("\n");
    const outcomes = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(outcomes.map(({ status }) => status)).toEqual(["completed", "failed", "completed"]);
    expect(outcomes[1]).toMatchObject({ error: { type: "WorkerDied" } });
    // The first call, whose start is not logged, and three whose starts are.
    const made = readFileSync(calls, "utf8").split("\n");
    expect(made.filter((prompt) => prompt === "kill")).toHaveLength(4);
  },
);
