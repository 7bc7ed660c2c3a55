import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sharedCli } from "../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

/** Two models in two groups; the record 4 fails. */
function records(answers: readonly [string, string, string, string]): object[] {
  const answered = answers.map((response, id) => ({
    id,
    api: "test",
    model_name: id < 2 ? "parrot" : "owl",
    group: id % 2 ? "odd" : "even",
    prompt: `Question ${id.toString()}`,
    expected_response: "yes",
    parameters: { response, latency_ms: 10 },
  }));
  const failing = { id: 4, prompt: "Question 4", parameters: { status: 400 } };
  return [...answered, { ...failing, api: "test", model_name: "owl", group: "even" }];
}

/** Each row of the table as its cells. */
function tableIn(text: string): string[][] {
  const lines = text.split("\n");
  const head = lines.findIndex((line) => /^SCORER +OF +MEAN/.test(line));
  const end = lines.indexOf("", head);
  return lines.slice(head, end === -1 ? undefined : end).map((line) => line.trim().split(/ {2,}/));
}

function linesIn(path: string): Record<string, unknown>[] {
  return readFileSync(path.trim(), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("scores", () => {
  test("stand in the answers of a run, in its table, in the status, and in --json", async () => {
    const file = cli.write("graded.jsonl", records(["yes", "yes", "no", "yes indeed"]));
    const ran = await cli.ostinato("run", file, "-mq", "6000", "--scorers", "match,includes");
    expect(ran.code).toBe(1);
    expect(linesIn(ran.stdout)[3]).toMatchObject({ match: false, includes: true });
    // Wilson's score intervals of 2 of 4, 2 of 2, 0 of 2, 1 of 2 and 3 of 4.
    const expected = [
      ["SCORER", "OF", "MEAN", "95 %", "SCORED", "NOT SCORED"],
      ["match", "all", "0.5", "0.15 to 0.85", "4", "1"],
      ["match", "test/parrot", "1", "0.3424 to 1", "2", "0"],
      ["match", "test/owl", "0", "0 to 0.6576", "2", "1"],
      ["match", "group even", "0.5", "0.09453 to 0.9055", "2", "1"],
      ["match", "group odd", "0.5", "0.09453 to 0.9055", "2", "0"],
      ["includes", "all", "0.75", "0.3006 to 0.9544", "4", "1"],
      ["includes", "test/parrot", "1", "0.3424 to 1", "2", "0"],
      ["includes", "test/owl", "0.5", "0.09453 to 0.9055", "2", "1"],
      ["includes", "group even", "0.5", "0.09453 to 0.9055", "2", "1"],
      ["includes", "group odd", "1", "0.3424 to 1", "2", "0"],
    ];
    expect(tableIn(ran.stderr)).toEqual(expected);
    expect(tableIn((await cli.ostinato("status", "graded")).stdout)).toEqual(expected);
    const status = JSON.parse((await cli.ostinato("status", "graded", "--json")).stdout) as object;
    expect(status).toMatchObject({
      scores: expect.arrayContaining([
        expect.objectContaining({ scorer: "includes", model: "test/owl", mean: 0.5, unscored: 1 }),
      ]) as unknown,
    });
  });

  test("of others are added to a finished experiment, and nothing is sent again", async () => {
    const file = cli.write("later.jsonl", records(["yes", "yes", "no", "yes indeed"]));
    const ran = await cli.ostinato("run", file, "-mq", "6000", "--scorers", "match", "--json");
    const ended = ran.stdout.trimEnd().split("\n").at(-1) ?? "";
    expect(JSON.parse(ended)).toMatchObject({
      scores: [{ scorer: "match", mean: 0.5 }, {}, {}, {}, {}],
    });
    const before = await cli.ostinato("results", "later");
    const scored = await cli.ostinato("score", "later", "--scorers", "levenshtein,match:as=same");
    expect(scored).toMatchObject({ code: 0 });
    // Likenesses of 1, 1, 0 and 3 ÷ 10.
    expect(tableIn(scored.stderr).filter(([, of]) => of === "all")).toEqual([
      ["levenshtein", "all", "0.575", expect.stringMatching(/ to /), "4", "1"],
      ["same", "all", "0.5", "0.15 to 0.85", "4", "1"],
    ]);
    const lines = linesIn(scored.stdout);
    expect(lines).toMatchObject(
      before.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as object),
    );
    expect(Object.keys(lines[0] ?? {}).slice(-3)).toEqual(["match", "levenshtein", "same"]);
    const again = await cli.ostinato("score", "later", "--scorer", "match", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ completedFile: scored.stdout.trim() });
    const { scores } = JSON.parse((await cli.ostinato("status", "later", "--json")).stdout) as {
      scores: { scorer: string }[];
    };
    expect(new Set(scores.map(({ scorer }) => scorer))).toEqual(
      new Set(["match", "levenshtein", "same"]),
    );
  });

  test("of an experiment that still runs, or that is unknown, are refused", async () => {
    const hanging = [{ api: "test", model_name: "sloth", prompt: "?", parameters: { hang: true } }];
    const file = cli.write("running.jsonl", hanging);
    const run = cli.stack.start("run", file, "--detach");
    await run.exited;
    const refused = await cli.ostinato("score", "running", "--scorers", "match");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain('The experiment "running" still runs.');
    expect(await cli.ostinato("score", "nobody", "--scorers", "match")).toMatchObject({ code: 2 });
    expect(await cli.ostinato("score", file, "--scorers", "match")).toMatchObject({ code: 2 });
    expect(await cli.ostinato("score", "running")).toMatchObject({ code: 2 });
  });

  test("that a wrong list names are refused before anything is moved", async () => {
    const file = cli.write("wrong.jsonl", records(["a", "b", "c", "d"]));
    const refused = await cli.ostinato("run", file, "--scorers", "mach");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("Did you mean `match`?");
    expect(refused.stderr).not.toContain("has started");
  });
});

test("two experiments are compared: what got worse, which records, which are missing", async () => {
  const before = records(["yes", "yes", "yes", "no"]);
  const after = [...records(["yes", "no", "no", "yes"]).slice(0, 4), { ...before[0], id: "new" }];
  for (const [name, given] of [["before", before] as const, ["after", after] as const]) {
    const file = cli.write(`${name}.jsonl`, given);
    await cli.ostinato("run", file, "-mq", "6000", "--scorers", "match,levenshtein");
  }
  const compared = await cli.ostinato("compare", "before", "after", "--keys", "match");
  expect(compared.code).toBe(0);
  const lines = compared.stdout.split("\n");
  expect(lines.slice(0, 2)).toEqual([
    "A is before, B is after.",
    "4 records in both, joined by id.",
  ]);
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual(
    expect.arrayContaining([
      ["SCORE", "A", "B", "B − A", "95 %", "COMPARED", "WORSE", "SAME", "BETTER"],
      ["match", "0.75", "0.5", "-0.25", expect.stringMatching(/^-.* to \+/), "4", "2", "1", "1"],
      ["CHANGED", "SCORE", "A", "B", "B − A"],
      ["1", "match", "1", "0", "-1"],
      ["2", "match", "1", "0", "-1"],
      ["3", "match", "0", "1", "+1"],
      ["Only in A (1): 4"],
      ["Only in B (1): new"],
    ]),
  );
  const { stdout } = await cli.ostinato("compare", "before", "after", "--json");
  const comparison = JSON.parse(stdout) as { scores: { scorer: string }[] };
  expect(comparison).toMatchObject({
    first: expect.stringMatching(/-completed-before\.jsonl$/) as string,
    second: expect.stringMatching(/-completed-after\.jsonl$/) as string,
    joinedBy: "id",
    pairs: 4,
    onlyFirst: ["4"],
    onlySecond: ["new"],
  });
  expect(comparison.scores.map(({ scorer }) => scorer)).toContain("levenshtein");
});

test("the models of one run are compared on the same records", async () => {
  const answer = (id: number, model: string, match: boolean): object => ({
    id,
    api: "test",
    model_name: model,
    prompt: `p${id}`,
    timestamp_sent: "21-11-2026-10-00-00",
    status: "completed",
    response: "a",
    match,
  });
  const file = cli.write("two-models.jsonl", [
    ...[answer(1, "gpt-4o", true), answer(1, "gpt-5", false)],
    ...[answer(2, "gpt-4o", true), answer(2, "gpt-5", true)],
  ]);
  const compared = await cli.ostinato("compare", file, "--by", "model");
  expect(compared.stdout.split("\n").slice(0, 2)).toEqual([
    "A is test/gpt-4o, B is test/gpt-5.",
    "2 records in both, joined by id.",
  ]);
  const { stdout } = await cli.ostinato(
    ...["compare", file, "--by", "model", "--baseline", "gpt-5", "--json"],
  );
  expect(JSON.parse(stdout)).toMatchObject({
    file: expect.stringMatching(/\/two-models\.jsonl$/) as string,
    by: "model",
    first: "test/gpt-5",
    second: "test/gpt-4o",
    pairs: 2,
    scores: [{ scorer: "match", difference: 0.5, better: 1 }],
  });
  const alone = await cli.ostinato("compare", file);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain("compare the models of one run with --by model");
});
