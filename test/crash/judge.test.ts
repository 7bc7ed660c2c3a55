import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { waitForCompleted } from "../../bench/lib/completed-file.js";
import { crash } from "../../bench/lib/crash.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { readVerdicts, verdictsOfRecord, writeJudges } from "../../bench/lib/judge-run.js";
import { callsReach, crashScenario, mayRepeat } from "../helpers/crash-scenario.js";

const records = 60;
const expected = records * verdictsOfRecord;
const name = "judged";

test(
  "a worker killed twice while judges are asked leaves each verdict once",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 200 });
    const input = await writeInput(setUp, { name, records });
    const judging = await writeJudges(setUp);
    const command = stack.start("run", input, "-mq", "1200", ...judging);
    const killedAt: number[] = [];
    for (const verdicts of [60, 150]) {
      await callsReach(server, records + verdicts);
      killedAt.push((await crash({ stack, name, command }, "worker")).killedAt);
    }
    const result = await resultOf(command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const path = await waitForCompleted(setUp, `judge-${name}`, 1_000);
    expect(await readVerdicts(path, records)).toEqual({
      verdicts: expected,
      twice: 0,
      lost: 0,
      wrong: 0,
    });
    const calls = await server.calls();
    expect(calls.length - records - expected).toBeLessThanOrEqual(mayRepeat(calls, ...killedAt));
    expect(result.stderr).toContain("Agreement of two judges over 120 answers with a template");
  },
);
