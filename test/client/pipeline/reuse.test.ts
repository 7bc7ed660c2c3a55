import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeResult } from "../../../bench/lib/cli-process.js";
import { crashScenario } from "../../helpers/crash-scenario.js";

const steps = {
  load: "load: { use: load, file: rows.jsonl }",
  ask: 'ask: { use: template, llm: openai/a, template: "ask #{{ i }}", output: answer }',
  judge:
    'judge: { use: template, llm: openai/b, template: "rate {{ answer }}", output: score, outputs: { model_name: judge } }',
  again:
    'again: { use: template, llm: openai/c, template: "and {{ score }}", output: last, outputs: { model_name: third } }',
};

function definitionOf(lines: readonly string[], edges: string): string {
  return ["name: reused", "steps:", ...lines.map((line) => `  ${line}`), `edges: ["${edges}"]`]
    .map((line) => `${line}\n`)
    .join("");
}

test(
  "a second run asks only what no earlier run of the name has an answer for",
  { timeout: 120_000 },
  async () => {
    const { setUp, stack, server, ostinato } = await crashScenario({ latencyMs: 20 });
    await stack.startServerAndWorker();
    const writeRows = (...ids: readonly number[]): void => {
      const text = ids.map((i) => `${JSON.stringify({ i })}\n`).join("");
      writeFileSync(join(setUp.folder, "rows.jsonl"), text);
    };
    /** Runs a pipeline and returns the number of calls that it made. */
    const callsOf = async (definition: string, code = 0): Promise<number> => {
      writeFileSync(join(setUp.folder, "p.yaml"), definition);
      const { calls } = await server.stats();
      const result = await ostinato("pipeline", "run", "p.yaml", "-mq", "6000");
      expect(result, describeResult(result)).toMatchObject({ code });
      return (await server.stats()).calls - calls;
    };
    const { load, ask, judge, again } = steps;
    const two = definitionOf([load, ask, judge], "load >> ask >> judge");
    writeRows(1, 2, 3, 4, 5, 5);
    expect(await callsOf(two)).toBe(12);
    expect(await callsOf(two)).toBe(0);
    // One row in front and the others in another order: the new row's two calls.
    writeRows(9, 5, 3, 5, 2, 1, 4);
    expect(await callsOf(two)).toBe(2);
    // An appended step runs alone.
    const three = definitionOf([load, ask, judge, again], "load >> ask >> judge >> again");
    expect(await callsOf(three)).toBe(7);
    // A changed step asks itself; the steps behind it have other prompts only if its answers
    // differ.
    const other = ask.replace("ask #", "please, #");
    expect(
      await callsOf(definitionOf([load, other, judge, again], "load >> ask >> judge >> again")),
    ).toBe(7);
    const never = judge.replace("llm:", "reuse: false, llm:");
    expect(await callsOf(definitionOf([load, ask, never], "load >> ask >> judge"))).toBe(7);
    // The reused answer does not pass. This run asks twice, as for a row without an earlier answer.
    const strict = 'validate: { pattern: "^no such answer$" }, retries: 1, llm:';
    const failing = definitionOf(
      [load, ask, judge.replace("llm:", strict)],
      "load >> ask >> judge",
    );
    writeRows(1);
    expect(await callsOf(failing, 1)).toBe(2);
  },
);
