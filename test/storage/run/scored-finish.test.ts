import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import type { ExperimentSettings } from "../../../src/domain/experiment/experiment.js";
import type { LogLine } from "../../../src/domain/record/log-line.js";
import type { ScoreRow } from "../../../src/domain/scores/line-scoring.js";
import type { ScorerSetting } from "../../../src/domain/scores/scorer-setting.js";
import { openLineScoring } from "../../../src/evaluation/scorers/line-scoring.js";
import { finishRun } from "../../../src/storage/run/finish-run.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { runPaths } from "../../../src/storage/run/run-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { completedLine, failedLine, preparedRun, recordLine } from "./prepared-run.js";

const program = fileURLToPath(new URL("score-whole.ts", import.meta.url));
const options = { cancelled: [], now: (): Date => new Date(), openScoring: openLineScoring };

async function answeredRun(
  scorers: readonly ScorerSetting[],
  outcomes: readonly LogLine[],
  given: Partial<ExperimentSettings> = {},
): Promise<string> {
  const lines = outcomes.map((_, id) => recordLine(id, { expected_response: "yes" }));
  const { directory } = await preparedRun(lines, { scorers, ...given });
  const store = await openGroupStore(directory, "all");
  await Promise.all(outcomes.map((line) => store.append(line)));
  await store.close();
  return directory;
}

function moduleOf(text: string, name = "mine.mjs"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

function linesOf(directory: string): Record<string, unknown>[] {
  return readFileSync(runPaths(directory).completed, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function scoresOf(directory: string): ScoreRow[] {
  return JSON.parse(readFileSync(runPaths(directory).scores, "utf8")) as ScoreRow[];
}

function temporariesIn(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.endsWith(".tmp"));
}

const answers = [
  completedLine(0, { response: "yes" }),
  completedLine(1, { response: "yes indeed" }),
  failedLine(2),
];

describe("the finish of a run with scorers", () => {
  test("writes scores last, in the scorers' order, and none for a failed record", async () => {
    const directory = await answeredRun([{ scorer: "match" }, { scorer: "includes" }], answers);
    expect(await finishRun(directory, options)).toMatchObject({ completed: 2, failed: 1 });
    const [first = {}, second = {}, third = {}] = linesOf(directory);
    expect(Object.keys(first).slice(-3)).toEqual(["attempts", "match", "includes"]);
    expect(first).toMatchObject({ response: "yes", match: true, includes: true });
    expect(second).toMatchObject({ response: "yes indeed", match: false, includes: true });
    expect(Object.keys(third).at(-1)).toBe("error");
    expect(scoresOf(directory)).toMatchObject([
      { scorer: "match", scored: 2, unscored: 1, mean: 0.5 },
      { scorer: "match", model: "test/m" },
      { scorer: "includes", scored: 2, unscored: 1, mean: 1 },
      { scorer: "includes", model: "test/m" },
    ]);
  });

  test("comes also where a scorer fails or is gone, with the answers and the reasons", async () => {
    const failing = moduleOf("export default () => { throw new Error('no idea'); };");
    const directory = await answeredRun([{ scorer: failing }, { scorer: "/gone.mjs" }], answers);
    expect(await finishRun(directory, options)).toMatchObject({ completed: 2, failed: 1 });
    expect(linesOf(directory)[0]).toMatchObject({
      response: "yes",
      status: "completed",
      mine: null,
      mine_error: "no idea",
      gone: null,
      gone_error: expect.stringContaining("/gone.mjs") as string,
    });
    expect(scoresOf(directory)[0]).toMatchObject({ scorer: "mine", scored: 0, unscored: 3 });
  });

  test("repeated, leaves the file as it is, although the scorer would say something else now", async () => {
    const path = moduleOf("export default () => 1;");
    const directory = await answeredRun([{ scorer: path }], answers);
    const finished = await finishRun(directory, options);
    const before = readFileSync(runPaths(directory).completed, "utf8");
    writeFileSync(path, "export default () => 2;");
    expect(await finishRun(directory, options)).toEqual(finished);
    // As after a death between the completed file and the result.
    rmSync(runPaths(directory).result);
    expect(await finishRun(directory, options)).toEqual(finished);
    expect(readFileSync(runPaths(directory).completed, "utf8")).toBe(before);
    expect(linesOf(directory)[0]).toMatchObject({ mine: 1 });
  });

  test("has the scores in the CSV too", async () => {
    const directory = await answeredRun([{ scorer: "match" }], answers, { outputAsCsv: true });
    await finishRun(directory, options);
    const rows = readFileSync(runPaths(directory).completedCsv, "utf8").trimEnd().split("\n");
    const columns = rows[0]?.split(",") ?? [];
    expect(columns).toContain("match");
    expect(rows.slice(1).map((row) => row.split(",")[columns.indexOf("match")])).toEqual([
      "true",
      "false",
      "",
    ]);
  });
});

test("a finish that is killed in the middle of its scoring leaves no file, and the next one a whole file", async () => {
  const mark = join(temporaryFolder(), "at-250");
  // The first that comes to the record 250 is stuck there.
  const scorer = moduleOf(`
    import { existsSync, writeFileSync } from "node:fs";
    const mark = ${JSON.stringify(mark)};
    export default async ({ id }) => {
      if (id === 250 && !existsSync(mark)) {
        writeFileSync(mark, "");
        await new Promise((resolve) => setTimeout(resolve, 50_000));
      }
      return id;
    };`);
  const padding = "x".repeat(4_000);
  const count = 400;
  const outcomes = Array.from({ length: count }, (_, at) =>
    completedLine(at, { response: padding }),
  );
  const directory = await answeredRun([{ scorer }], outcomes);
  const paths = runPaths(directory);

  const child = spawn(process.execPath, ["--import", "tsx", program, directory], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await waitUntil(() => existsSync(mark), { what: "the record 250", timeoutMs: 40_000 });
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  expect(temporariesIn(directory)).toHaveLength(1);
  expect(existsSync(paths.sealed)).toBe(true);
  expect(existsSync(paths.completed)).toBe(false);
  expect(existsSync(paths.scores)).toBe(false);

  expect(await finishRun(directory, options)).toMatchObject({ completed: count, failed: 0 });
  expect(linesOf(directory).map(({ id, mine }) => [id, mine])).toEqual(
    outcomes.map((_, id) => [id, id]),
  );
  expect(scoresOf(directory)[0]).toMatchObject({ scorer: "mine", scored: count, mean: 199.5 });
  expect(temporariesIn(directory)).toEqual([]);
  expect(readdirSync(dirname(directory)).filter((name) => !name.startsWith("."))).toHaveLength(3);
});
