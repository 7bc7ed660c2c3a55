import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { crash } from "../../bench/lib/crash.js";
import { countRepeats } from "../../bench/lib/measure.js";
import { callsReach, crashScenario, mayRepeat } from "../helpers/crash-scenario.js";

/**
 * Turn `t` of line `i` asks `#<100 i + t>`: the host from a prompty file, the guest from Python.
 */
const files: Readonly<Record<string, string>> = {
  "flow.chat.yaml": `
max_turns: 4
roles:
  - role: host
    flow: host.prompty
    inputs: { i: "\${data.i}", talk: "\${parent.conversation_history}" }
  - role: guest
    flow: guest.py
    inputs: { i: "\${data.i}", talk: "\${parent.conversation_history}" }
`,
  "host.prompty": `---
name: host
model:
  api: chat
  configuration: { connection: openai, model: gpt-4o }
inputs:
  i: { type: int }
  talk: { type: list }
---
# user:
host #{{ i * 100 + (talk | length) }}
`,
  "guest.py": `
from ostinato_flow import call

def guest(i: int, talk: list):
    return call("openai/gpt-4o", "guest #%d, %s" % (i * 100 + len(talk), talk[-1]["output"])).text
`,
};

test(
  "a chat group goes on after kill -9 in the middle of its talks, each turn once",
  { timeout: 300_000 },
  async () => {
    const lines = 5;
    const { setUp, stack, server } = await crashScenario({ latencyMs: 500 });
    mkdirSync(join(setUp.folder, "talks"));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(setUp.folder, "talks", name), text);
    }
    const numbers = Array.from({ length: lines }, (_, i) => i);
    writeFileSync(join(setUp.folder, "lines.csv"), ["i", ...numbers, ""].join("\n"));
    const command = stack.start("batch", "run", "talks", "--data", "lines.csv", "-mq", "6000");
    // All lines are in their second turn or further.
    await callsReach(server, lines + 3);
    const done = await crash({ stack, name: "talks", command }, "worker");
    const result = await resultOf(done.command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const calls = await server.calls();
    const asked = [...new Set(calls.map(({ id }) => id))].sort((a, b) => a - b);
    expect(asked).toEqual(numbers.flatMap((i) => [0, 1, 2, 3].map((turn) => i * 100 + turn)));
    expect(countRepeats(calls)).toBeLessThanOrEqual(mayRepeat(calls, done.killedAt));
    const folder = join(setUp.dataFolder, "output", "talks");
    const output = readdirSync(folder).find((name) => name.endsWith("-output.jsonl")) ?? "none";
    const outputs = readFileSync(join(folder, output), "utf8").trimEnd().split("\n");
    expect(outputs.map((text) => JSON.parse(text) as unknown)).toEqual(
      numbers.map((i) => {
        const turns = ["host", "guest", "host", "guest"].map((role, turn) => ({
          role,
          output: `answer to #${i * 100 + turn}`,
        }));
        const byNumber = Object.fromEntries(turns.entries());
        return { line_number: i, ...byNumber, conversation_history: turns };
      }),
    );
  },
);
