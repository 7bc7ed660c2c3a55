import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type {
  PreparedExperiment,
  PrepareExperimentInput,
} from "../../../src/domain/experiment/experiment.js";
import { checkInput } from "../../../src/storage/input/check-input.js";
import { completedAsCsv } from "../../../src/storage/completed/completed-csv.js";
import type { KnownColumns } from "../../../src/domain/record/csv-record.js";
import { asJsonLines } from "../../../src/storage/input/experiment-lines.js";
import { readCsvLines } from "../../../src/storage/input/csv-lines.js";
import { finishRun } from "../../../src/storage/run/finish-run.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { hashFile } from "../../../src/storage/files/hash-file.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import { givenInput, runPaths } from "../../../src/storage/run/run-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { completedLine, context, readRecord, settingsOf } from "../run/prepared-run.js";

function csvFile(text: string | Buffer): string {
  const path = join(temporaryFolder(), "pilot.csv");
  writeFileSync(path, text);
  return path;
}

async function jsonlOf(text: string): Promise<unknown[]> {
  let jsonl = "";
  for await (const part of asJsonLines(csvFile(text))) jsonl += part;
  return jsonl
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
}

async function check(text: string | Buffer, skipInvalid = false): ReturnType<typeof checkInput> {
  return checkInput(csvFile(text), { checkRecord: () => [], skipInvalid, label: "pilot.csv" });
}

describe("a CSV input", () => {
  test("has a record for each row: byte order mark, quotes, line ends of all kinds, blank rows", async () => {
    const text =
      '\ufeffid,api,prompt\r\n1,test,"two\nlines, ""quoted"""\n\n2,test,ünï\r3,test,pl "ai" n';
    expect(await jsonlOf(text)).toEqual([
      { id: 1, api: "test", prompt: 'two\nlines, "quoted"' },
      { id: 2, api: "test", prompt: "ünï" },
      { id: 3, api: "test", prompt: 'pl "ai" n' },
    ]);
  });

  test("is read once more instead of twice where its columns are known", async () => {
    const path = csvFile("id,api,prompt,parameters-top_k\n1,test,a,7\n2,test,b,\n");
    const known: KnownColumns = {};
    const readings: number[] = [];
    const texts: string[][] = [];
    for (let reading = 0; reading < 2; reading += 1) {
      let parts = 0;
      const onProgress = () => void (parts += 1);
      const lines: string[] = [];
      for await (const { text } of readCsvLines(path, { known, onProgress })) lines.push(text);
      texts.push(lines);
      readings.push(parts);
    }
    expect(texts[0]?.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { id: 1, prompt: "a", parameters: { top_k: 7 } },
      { id: 2, prompt: "b", parameters: {} },
    ]);
    expect(texts[1]).toEqual(texts[0]);
    expect(readings).toEqual([2, 1]);
  });

  test("may have empty columns at its end, as spreadsheets write them, and no others without a name", async () => {
    const record = { id: 1, api: "test", prompt: "a" };
    expect(await jsonlOf("id,api,prompt,,\n1,test,a,,\n,,,,\n")).toEqual([record]);
    await expect(check("id,api,prompt,,\n1,test,a,,b\n")).rejects.toThrow(
      "row 2: Expected at most 3 cells, as the first row has, got 5.",
    );
    await expect(check("id,,api,prompt\n1,,test,a\n")).rejects.toThrow(
      "Expected a name for each column in the first row, got none for column 2.",
    );
  });

  test.each([
    [
      "api;prompt;parameters-temperature\ntest;Ja, gut?;0,7\n",
      "semicolons, as German Excel writes",
    ],
    ["\ufeffsep=;\r\napi;prompt;parameters-temperature\r\ntest;Ja, gut?;0,7\r\n", "a sep= line"],
    ["sep=|\napi|prompt|parameters-temperature\ntest|Ja, gut?|0.7\n", "another separator"],
    ["api\tprompt\tparameters-temperature\ntest\tJa, gut?\t0.7\n", "tabs"],
    ['"api";"prompt";"parameters-temperature"\ntest;"Ja, gut?";0,7\n', "quotes"],
  ])("%j is read: %s", async (text) => {
    const [record] = await jsonlOf(text);
    expect(record).toEqual({
      api: "test",
      prompt: "Ja, gut?",
      "parameters-temperature": 0.7,
      parameters: { temperature: 0.7 },
    });
  });

  test("with one column has a cell in each row, whatever commas it holds", async () => {
    expect(await jsonlOf('prompt\nEins, zwei; drei?\n"Vier\nfünf"\n')).toEqual([
      { prompt: "Eins, zwei; drei?" },
      { prompt: "Vier\nfünf" },
    ]);
  });

  test("keeps a comma as text where commas separate", async () => {
    expect(await jsonlOf('api,prompt,price\ntest,a,"0,7"\n')).toEqual([
      { api: "test", prompt: "a", price: "0,7" },
    ]);
  });

  test("is refused with the rows as a spreadsheet counts them", async () => {
    const text = 'api,prompt\ntest,"a\nb"\n,c\n\ntest,d,e\n';
    await expect(check(text)).rejects.toThrow(
      /2 invalid lines in "pilot\.csv":\n {2}row 3: Expected `api`.*\n {2}row 5: Expected at most 2 cells/,
    );
    expect(await check(text, true)).toMatchObject({ records: 1, invalid: 2 });
  });

  test.each([
    ['api,prompt\ntest,"open', /row 2: a quote that is never closed/],
    ["api,api\ntest,a", /"api" twice/],
    ["api,prompt\n", /empty file/],
    [Buffer.from([0x61, 0x0a, 0xff, 0xfe]), /UTF-8/],
  ])("%j is refused as a whole", async (text, words) => {
    await expect(check(text)).rejects.toThrow(words);
  });
});

interface CsvRun {
  readonly input: PrepareExperimentInput;
  readonly prepared: PreparedExperiment;
}

const table = 'id,api,prompt\n1,test,"a,\nb"\n2,test,c\n';

function csvInput(text = table): PrepareExperimentInput {
  const dataFolder = temporaryFolder();
  mkdirSync(join(dataFolder, "input"));
  const inputPath = join(dataFolder, "input", "pilot.csv");
  writeFileSync(inputPath, text);
  const settings = settingsOf(dataFolder, { outputAsCsv: true });
  return { settings, inputPath, inputName: "pilot.csv" };
}

async function csvRun(): Promise<CsvRun> {
  const input = csvInput();
  return { input, prepared: await prepareRun(input, context) };
}

describe("a run of a CSV file", () => {
  test("keeps it byte for byte and as JSONL, from which its records are read", async () => {
    const { input, prepared } = await csvRun();
    const paths = runPaths(prepared.directory);
    expect(existsSync(input.inputPath)).toBe(false);
    const csv = givenInput(prepared.directory, "pilot.csv");
    expect(readFileSync(csv, "utf8")).toBe(table);
    expect(csv).toMatch(/\d-input-pilot\.csv$/);
    const manifest = JSON.parse(readFileSync(paths.manifest, "utf8")) as {
      inputPath: string;
      inputSha256: string;
    };
    expect(manifest.inputPath).toBe(paths.input);
    expect(manifest.inputSha256).toBe(await hashFile(paths.input));
    const store = await openGroupStore(prepared.directory, "all");
    const records = await Promise.all([0, 1].map(async (at) => readRecord(store, at)));
    expect(records.map(({ record }) => [record.id, record.prompt])).toEqual([
      [1, "a,\nb"],
      [2, "c"],
    ]);
    await store.close();
  });

  test("goes on where its preparation died after the move", async () => {
    const input = csvInput();
    const prepared = await prepareRun(input, context);
    const paths = runPaths(prepared.directory);
    const before = readFileSync(paths.input, "utf8");
    renameSync(paths.manifest, join(dirname(paths.manifest), "lost"));
    const again = await prepareRun(input, context);
    expect(again).toEqual(prepared);
    expect(readFileSync(paths.input, "utf8")).toBe(before);
    expect(readFileSync(givenInput(prepared.directory, "pilot.csv"), "utf8")).toBe(table);
  });

  test("that is refused stays where it was and leaves nothing", async () => {
    const input = csvInput("api,prompt\n,c\n");
    await expect(prepareRun(input, context)).rejects.toThrow(/row 2/);
    expect(existsSync(input.inputPath)).toBe(true);
    expect(existsSync(join(input.settings.dataFolder, "output", "pilot"))).toBe(false);
  });

  test("ends with its answers as JSONL and as CSV", async () => {
    const { prepared } = await csvRun();
    const store = await openGroupStore(prepared.directory, "all");
    await store.append(completedLine(0, { response: "=1+1\nline" }));
    await store.append(completedLine(1, { response: null, usage: { total_tokens: 7 } }));
    await store.close();
    const options = { cancelled: [], now: () => new Date() };
    const finished = await finishRun(prepared.directory, options);
    expect(finished).toMatchObject({ status: "finished", completed: 2 });
    const { completedCsv } = runPaths(prepared.directory);
    const csv = readFileSync(completedCsv, "utf8");
    expect(csv.startsWith("\ufeffid,api,prompt,timestamp_sent,sent_at,status,response,")).toBe(
      true,
    );
    expect(await jsonlOf(csv)).toEqual([
      expect.objectContaining({
        id: 1,
        prompt: "a,\nb",
        status: "completed",
        response: "=1+1\nline",
      }),
      expect.objectContaining({ id: 2, prompt: "c", usage: '{"total_tokens": 7}' }),
    ]);
  });
});

test("answers as CSV have a column for each key, in the order in which they come", async () => {
  const path = join(temporaryFolder(), "completed.jsonl");
  const lines = [
    '{"id": 12345678901234567890, "a": [1, {"b": "x,y"}], "t": true}',
    '{"id": 2, "extra": NaN, "text": "say \\"hi\\"\\r", "t": null}',
  ];
  writeFileSync(path, `${lines.join("\n")}\n`);
  let csv = "";
  for await (const part of completedAsCsv(path)) csv += part;
  expect(csv).toBe(
    '\ufeffid,a,t,extra,text\n12345678901234567890,"[1, {""b"": ""x,y""}]",true,,\n2,,,,"say ""hi""\r"\n',
  );
});
