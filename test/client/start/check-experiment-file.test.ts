import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkExperiment, checkExperimentFile, UserError } from "../../../src/index.js";
import type { FileReport } from "../../../src/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const good = { id: 1, api: "test", model_name: "parrot", prompt: "Hello" };

function withImage(path: string): object {
  const content = [{ type: "image_url", image_url: path }];
  return { api: "openai", model_name: "gpt-4o", prompt: [{ role: "user", content }] };
}

interface Case {
  readonly file: string;
  readonly folder: string;
  readonly report: () => Promise<FileReport>;
}

function fileOf(lines: readonly (object | string)[], env: NodeJS.ProcessEnv = {}): Case {
  const folder = temporaryFolder();
  const file = join(folder, "pilot.jsonl");
  const texts = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  writeFileSync(file, `${texts.join("\n")}\n`);
  const given = { file, dataFolder: join(folder, "data"), envFile: join(folder, ".env") };
  return { file, folder, report: async () => checkExperimentFile(given, env) };
}

describe("the check of an experiment file", () => {
  test("tells every problem of every line by its number, and changes nothing", async () => {
    const { file, folder, report } = fileOf([
      good,
      "{not json}",
      { api: 7, model_name: 8 },
      { ...good, api: "tset" },
      { ...good, api: "ollama", model_name: "", parameters: { stream: true } },
      '"text"',
    ]);
    const before = readFileSync(file, "utf8");
    const { problems, ...rest } = await report();
    expect(rest).toMatchObject({ file, valid: false, records: 1, invalid: 5 });
    expect(problems.map(({ line, problems: each }) => [line, each.length])).toEqual([
      [2, 1],
      [3, 3],
      [4, 1],
      [5, 2],
      [6, 1],
    ]);
    expect(problems[1]?.problems).toEqual([
      "Expected `api` to be the name of an API, got 7.",
      expect.stringContaining("`prompt`"),
      "Expected `model_name` to be a string, got 8.",
    ]);
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(existsSync(join(folder, "data"))).toBe(false);
  });

  test("tells them also where no line is valid, and all of many", async () => {
    const { report } = fileOf(Array.from({ length: 200 }, () => "{"));
    expect(await report()).toMatchObject({ valid: false, records: 0, invalid: 200 });
    expect((await report()).problems).toHaveLength(200);
  });

  test("looks at the media files: missing, outside, a folder, too large", async () => {
    const { folder, report } = fileOf([
      withImage("there.png"),
      withImage("gone.png"),
      withImage("../.env"),
      withImage("folder"),
      withImage("https://example.org/x.png"),
      withImage("data:image/png;base64,AAAA"),
      { api: "mine", prompt: "x" },
    ]);
    const own = join(folder, "mine.mjs");
    writeFileSync(
      own,
      'export default { name: "mine", media: () => [{ path: "large.bin", mostBytes: 2e6 }], send() {} };',
    );
    const media = join(folder, "data", "media");
    mkdirSync(join(media, "folder"), { recursive: true });
    writeFileSync(join(media, "there.png"), "x");
    writeFileSync(join(media, "large.bin"), "");
    truncateSync(join(media, "large.bin"), 2_500_000);
    const given = { file: join(folder, "pilot.jsonl"), dataFolder: dirname(media) };
    const { problems } = await checkExperimentFile({ ...given, providers: [own] }, {});
    expect(problems).toEqual([
      { line: 2, problems: [expect.stringMatching(/"gone\.png".*nothing is there/)] },
      { line: 3, problems: [expect.stringMatching(/"\.\.\/\.env".*lies outside/)] },
      { line: 4, problems: [expect.stringMatching(/"folder".*no file/)] },
      {
        line: 7,
        problems: [expect.stringMatching(/"large\.bin" to have at most 2 MB.*got 2\.5 MB/)],
      },
    ]);
    expect((await report()).problems).toHaveLength(4);
    await expect(checkExperiment(given, {})).rejects.toThrow(/line 2: .*gone\.png/);
  });

  test("names the variables that are set neither here nor in the environment file", async () => {
    const records = [
      good,
      { ...good, api: "openai", model_name: "gpt-4o" },
      { ...good, api: "ollama", model_name: "llama3" },
      { ...good, api: "quart", model_name: "gpt2" },
    ];
    const { folder, report } = fileOf(records, { OLLAMA_API_ENDPOINT: "http://127.0.0.1:11434" });
    writeFileSync(join(folder, ".env"), "QUART_API_ENDPOINT_gpt2=http://127.0.0.1:5000\n");
    expect(await report()).toMatchObject({
      valid: true,
      environment: [
        { target: "test/parrot", missing: [] },
        { target: "openai/gpt-4o", missing: ["OPENAI_API_KEY_gpt_4o or OPENAI_API_KEY"] },
        { target: "ollama/llama3", missing: [] },
        { target: "quart/gpt2", missing: [] },
      ],
    });
  });

  test("refuses a file that is missing, empty or of another kind", async () => {
    for (const [name, text] of Object.entries({
      "empty.jsonl": "\n",
      "notes.docx": "x",
      gone: "",
    })) {
      const file = join(temporaryFolder(), name);
      if (name !== "gone") writeFileSync(file, text);
      await expect(checkExperimentFile({ file }, {})).rejects.toThrow(UserError);
    }
  });
});

test("a scorer's key that no record has is refused, by the check and by the run's own", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "graded.jsonl");
  writeFileSync(file, `${JSON.stringify({ ...good, expected: "Hi" })}\n`);
  const scorers = [{ scorer: "match" }];
  const given = { file, dataFolder: join(folder, "data"), envFile: join(folder, ".env"), scorers };
  const refusal = "No record has `expected_response`, which the scorer `match` compares with.";
  await expect(checkExperimentFile(given, {})).rejects.toThrow(refusal);
  await expect(checkExperiment(given, {})).rejects.toThrow(refusal);
  writeFileSync(file, `${JSON.stringify({ ...good, expected_response: "Hi" })}\n`, { flag: "a" });
  const { notices } = await checkExperiment(given, {});
  expect(notices).toContain(
    "1 of 2 records lacks `expected_response`, which the scorer `match` compares with. Records without it get no score.",
  );
  expect((await checkExperimentFile(given, {})).notices).toEqual([notices[0]]);
});

test("scorers for all inputs of a folder are left out where no record has their key", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "free.jsonl");
  writeFileSync(file, `${JSON.stringify(good)}\n`);
  const given = {
    file,
    dataFolder: join(folder, "data"),
    envFile: join(folder, ".env"),
    scorers: [{ scorer: "match" }, { scorer: "json-valid" }, { scorer: "includes" }],
    scorersAreDefaults: true,
  };
  const { notices, settings } = await checkExperiment(given, {});
  expect(settings.scorers).toEqual([{ scorer: "json-valid" }]);
  const notice =
    "No record has `expected_response`, so the scorers `match`, `includes` of the settings are left out. Choose others with --scorers.";
  expect(notices).toContain(notice);
  expect((await checkExperimentFile(given, {})).notices).toEqual([notice]);
  const alone = await checkExperiment({ ...given, scorers: [{ scorer: "match" }] }, {});
  expect(alone.settings).not.toHaveProperty("scorers");
  writeFileSync(file, `${JSON.stringify({ ...good, expected_response: "Hi" })}\n`);
  expect((await checkExperiment(given, {})).settings.scorers).toHaveLength(3);
});

test("a template's placeholder that no record fills is refused", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "judged.jsonl");
  const judge = { api: "test", model_name: "any", parameters: {} };
  writeFileSync(join(folder, "settings.json"), JSON.stringify({ strict: judge }));
  writeFileSync(join(folder, "template.txt"), "{OUTPUT_RESPONSE}, expected {EXPECTED_RESPONSE}");
  const given = {
    file,
    dataFolder: join(folder, "data"),
    envFile: join(folder, ".env"),
    judgeFolder: folder,
    judges: ["strict"],
  };
  const line = (keys: object): string => `${JSON.stringify({ ...good, ...keys })}\n`;
  writeFileSync(file, line({ expected: "Hi" }) + line({ expected_response: "" }));
  const refusal =
    'No record has `expected_response`, the value of {EXPECTED_RESPONSE} in the judges\' template "template". The records have `expected`: use --judge strict:expected=expected, or remove {EXPECTED_RESPONSE} from the template.';
  await expect(checkExperimentFile(given, {})).rejects.toThrow(refusal);
  await expect(checkExperiment(given, {})).rejects.toThrow(refusal);
  const named = { ...given, judges: ["strict:expected=expected"] };
  expect((await checkExperimentFile(named, {})).notices).toEqual([
    '1 of 2 records lacks `expected`, the value of {EXPECTED_RESPONSE} in the judges\' template "template". There, the template has an empty text.',
  ]);
  writeFileSync(file, line({ expected_response: "Hi" }), { flag: "a" });
  expect((await checkExperimentFile(given, {})).notices).toEqual([
    '2 of 3 records lack `expected_response`, the value of {EXPECTED_RESPONSE} in the judges\' template "template". There, the template has an empty text.',
  ]);
});
