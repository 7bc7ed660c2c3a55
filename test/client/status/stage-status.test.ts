import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  cancelExperiment,
  connect,
  ensureWorker,
  experimentStatus,
  followExperiment,
  followWatch,
  judgeAnswers,
  readJudgedAnswers,
  resumeExperiment,
  retryFailed,
  startExperiment,
  startWatch,
  stopOstinato,
} from "../../../src/index.js";
import type { ExperimentStatus, GivenSettings, Ostinato, WatchStatus } from "../../../src/index.js";
import { freePort } from "../../helpers/free-port.js";
import { chatAnswer, startOpenAiServer } from "../../helpers/openai-server.js";

let folder: string;
let env: NodeJS.ProcessEnv;
let ostinato: Ostinato;
/** Shared, so that one worker serves all tests: a worker takes 4 s of processor time to start. */
let dataFolder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ostinato-"));
  env = {
    ...process.env,
    OSTINATO_HOME: join(folder, "home"),
    OSTINATO_TEMPORAL_PORT: (await freePort()).toString(),
  };
  dataFolder = join(folder, "data");
  ostinato = await connect({ env });
  await ensureWorker(ostinato, { role: "background", dataFolder });
}, 300_000);

afterAll(async () => {
  await ostinato.close();
  await stopOstinato(env);
  rmSync(folder, { recursive: true, force: true });
});

type Line = Readonly<Record<string, unknown>>;

/** A model of the API `test` with these parameters. */
function model(name: string, parameters: object): object {
  return { api: "test", model_name: name, parameters: { latency_ms: 1, ...parameters } };
}

const four = { ...model("k", { response: "Score: 4" }), parse: "last_number" };

interface Staged {
  readonly name: string;
  /** The test's own folder, for its models and rates. */
  readonly own: string;
  readonly given: GivenSettings;
}

/** An experiment whose answers the judges of its own judge folder are asked about. */
function staged(judges: Readonly<Record<string, object>>, input?: string): Staged {
  const name = `x-${randomUUID()}`;
  const own = join(folder, name);
  mkdirSync(join(own, "judge"), { recursive: true });
  writeJudges(own, judges);
  writeFileSync(join(own, "judge/template.txt"), "{OUTPUT_RESPONSE}?");
  const file = join(own, `${name}.${input === undefined ? "jsonl" : "csv"}`);
  const records = [1, 2].map((id) => ({ id, prompt: "?", ...model("m", { response: "yes" }) }));
  const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  writeFileSync(file, input ?? lines);
  const judging = { judgeFolder: join(own, "judge"), judges: Object.keys(judges) };
  const given = { file, dataFolder, envFile: join(folder, ".env"), requestsPerMinute: 6_000 };
  return { name, own, given: { ...given, ...judging } };
}

function writeJudges(own: string, judges: Readonly<Record<string, object>>): void {
  writeFileSync(join(own, "judge/settings.json"), JSON.stringify(judges));
}

/** Follows until `enough`, or to the end. */
async function follow(
  name: string,
  enough: (status: ExperimentStatus) => boolean = () => false,
): Promise<ExperimentStatus> {
  let last: ExperimentStatus | undefined;
  for await (const status of followExperiment(ostinato, name)) {
    last = status;
    if (enough(status)) break;
  }
  if (!last) throw new Error("Expected at least one status.");
  return last;
}

function read(path: string | undefined): Line[] {
  const text = readFileSync(path ?? "", "utf8").trimEnd();
  return text.split("\n").map((line) => JSON.parse(line) as Line);
}

/** The lines of a stage without the marks of reused answers. */
function unmarked(status: ExperimentStatus, kind: string): readonly Line[] {
  return read(fileOfStage(status, kind)).map((line) =>
    Object.fromEntries(Object.entries(line).filter(([key]) => !/^(input-)?reused$/.test(key))),
  );
}

function fileOfStage({ stages = [] }: ExperimentStatus, kind: string): string | undefined {
  return stages.find((stage) => stage.kind === kind)?.completedFile;
}

/** When each record of the judge was sent. */
function sentTo(judge: string, lines: readonly Line[]): unknown[] {
  return lines
    .filter(({ id }) => String(id).startsWith(`judge-${judge}-`))
    .map((line) => line["timestamp_sent"]);
}

// Each runs two or three experiments one after the other.
const timeout = 150_000;

describe.concurrent("judges", { timeout }, () => {
  test("whose API is down show in the status with its words", async () => {
    const down = model("d", { status: 503, retry_after_s: 60 });
    const { name, given } = staged({ down });
    await startExperiment(ostinato, given);
    await ensureWorker(ostinato, { name, role: "background" });
    // On a busy machine the first problem is that no worker answers yet.
    const isOfCall = (problem: string): boolean => problem.startsWith("A call is tried again");
    let { problems } = await experimentStatus(ostinato, name);
    while (!problems.some(isOfCall)) {
      await sleep(500);
      ({ problems } = await experimentStatus(ostinato, name));
    }
    expect(problems.find(isOfCall)).toMatch(/^A call is tried again: .*status 503/);
    await cancelExperiment(ostinato, name);
    expect(await follow(name)).toMatchObject({ state: "cancelled", completed: 2, failed: 0 });
  });

  test("whose key is refused wait for a person, and go on when they are resumed", async () => {
    const server = await startOpenAiServer({
      reply: ({ headers }) =>
        headers.authorization === "Bearer right"
          ? { body: chatAnswer("Score: 2") }
          : { status: 401, body: { error: { message: "Incorrect API key" } } },
    });
    const locked = { api: "openai", model_name: "l", parameters: {}, parse: "last_number" };
    const { name, own, given } = staged({ locked, four });
    const envFile = join(own, ".env");
    const writeKey = (key: string): void => {
      writeFileSync(envFile, `OPENAI_API_KEY=${key}\nOPENAI_BASE_URL=${server.url}\n`);
    };
    writeKey("wrong");
    await startExperiment(ostinato, { ...given, envFile });
    const blocked = await follow(name, ({ state }) => state === "blocked");
    expect(blocked).toMatchObject({
      blocked: [{ target: "openai/l", reason: expect.stringContaining("Incorrect") as string }],
      stages: [
        { kind: "main", completed: 2 },
        { kind: "judge", state: "running", completed: 2 },
      ],
    });
    writeKey("right");
    await resumeExperiment(ostinato, name);
    const ended = await follow(name);
    expect(ended).toMatchObject({ state: "finished", completed: 2 });
    const verdicts = read(fileOfStage(ended, "judge")).map((line) => line["verdict"]);
    expect(verdicts).toEqual([2, 2, 4, 4]);
    const beside: unknown[] = [];
    for await (const line of readJudgedAnswers(ended.completedFile ?? "")) {
      beside.push((JSON.parse(line) as Line)["verdicts"]);
    }
    const verdictsOfEach = [
      { judge: "locked", template: "template", verdict: 2 },
      { judge: "four", template: "template", verdict: 4 },
    ];
    expect(beside).toEqual([verdictsOfEach, verdictsOfEach]);
    await server.close();
  });

  test("whose key is refused have failed where nobody is to be waited for", async () => {
    const { name, given } = staged({ locked: model("l", { status: 401 }), four });
    await startExperiment(ostinato, { ...given, onBlocked: "fail" });
    const ended = await follow(name);
    expect(ended).toMatchObject({ state: "finished", completed: 2, failed: 0 });
    expect(ended.stages?.[1]).toMatchObject({ kind: "judge", completed: 2, failed: 2 });
  });

  test("are asked again where they failed, and no other", async () => {
    const { name, own, given } = staged({ wrong: model("w", { status: 400 }), four });
    await startExperiment(ostinato, given);
    const first = await follow(name);
    expect(first.stages?.[1]).toMatchObject({ kind: "judge", completed: 2, failed: 2 });
    await sleep(1_000);
    writeJudges(own, { wrong: model("w", { response: "no" }), four });
    await retryFailed(ostinato, name);
    const second = await follow(name);
    expect(second.stages?.[1]).toMatchObject({ kind: "judge", completed: 4, failed: 0 });
    const before = read(fileOfStage(first, "judge"));
    const after = read(fileOfStage(second, "judge"));
    expect(sentTo("four", after)).toEqual(sentTo("four", before));
    expect(unmarked(second, "main")).toEqual(unmarked(first, "main"));
  });

  test("of an experiment of their own are asked again too, and leave no copy of what they judge", async () => {
    const { name, own, given } = staged({ wrong: model("w", { status: 400 }) });
    const { judgeFolder, judges, ...main } = given;
    const judging = {
      dataFolder,
      envFile: main.envFile!,
      judgeFolder: judgeFolder!,
      judges: judges!,
    };
    await startExperiment(ostinato, main);
    await follow(name);
    await judgeAnswers(ostinato, name, judging);
    expect(await follow(`judge-${name}`)).toMatchObject({ completed: 0, failed: 2 });
    writeJudges(own, { wrong: model("w", { response: "no" }) });
    await retryFailed(ostinato, `judge-${name}`);
    expect(await follow(`judge-${name}`)).toMatchObject({ completed: 2, failed: 0 });
    const incoming = readdirSync(join(dataFolder, "output/.incoming"));
    expect(incoming.filter((file) => file.includes(name))).toEqual([]);
  });

  test("of an experiment of their own go in groups with rates of their own", async () => {
    const { name, own, given } = staged({ four, five: model("f", { response: "5" }) });
    const { judgeFolder, judges, ...main } = given;
    await startExperiment(ostinato, main);
    await follow(name);
    const rates = join(own, "rates.json");
    const judging = { ...given, judgeFolder: judgeFolder!, judges: judges!, parallel: true };
    writeFileSync(rates, JSON.stringify({ test: { k: 600, ff: 60 } }));
    await expect(
      judgeAnswers(ostinato, name, { ...judging, maxQueriesJson: rates }),
    ).rejects.toThrow('Did you mean "f"');
    writeFileSync(rates, JSON.stringify({ test: { k: 600, f: 1_200 } }));
    await judgeAnswers(ostinato, name, { ...judging, maxQueriesJson: rates });
    expect((await follow(`judge-${name}`)).groups).toMatchObject([
      { name: "test-k", limitKey: "api/test/k", requestsPerMinute: 600, completed: 2 },
      { name: "test-f", limitKey: "api/test/f", requestsPerMinute: 1_200, completed: 2 },
    ]);
  });

  test("may stand in the rate table of an experiment, where no record is of their model", async () => {
    const { name, own, given } = staged({ four: { ...four, model_name: "mm" } });
    const rates = join(own, "rates.json");
    writeFileSync(rates, JSON.stringify({ test: { mm: 1_200 } }));
    const { notices } = await startExperiment(ostinato, {
      ...given,
      parallel: true,
      maxQueriesJson: rates,
    });
    expect(notices).toEqual([]);
    const { stages } = await follow(name);
    expect(stages?.[1]).toMatchObject({ kind: "judge", completed: 2 });
  });
});

describe.concurrent("an experiment with stages", { timeout }, () => {
  test("from CSV is rephrased, answered and judged, and asks again what failed", async () => {
    const csv =
      "id,api,model_name,prompt,parameters-latency_ms,parameters-status\n1,test,m,One?,1,\n2,test,m,Two?,1,400\n";
    const { name, own, given } = staged({ four }, csv);
    const rephraseFolder = join(own, "rephrase");
    mkdirSync(rephraseFolder);
    const writeModel = (parameters: object): void => {
      const big = model("r", parameters);
      writeFileSync(join(rephraseFolder, "settings.json"), JSON.stringify({ big }));
    };
    writeModel({ status: 400 });
    writeFileSync(join(rephraseFolder, "template.txt"), "Otherwise: {INPUT_PROMPT}\n");
    await startExperiment(ostinato, { ...given, rephraseFolder, rephraseModels: ["big"] });
    const first = await follow(name);
    expect(first.stages).toMatchObject([
      { kind: "rephrase", completed: 0, failed: 2 },
      { kind: "main", completed: 1, failed: 1 },
      { kind: "judge", completed: 1 },
    ]);
    expect(existsSync(join(dataFolder, `output/post-rephrase-${name}/${name}.csv`))).toBe(true);
    await sleep(1_000);
    writeModel({ response: "Say it." });
    await retryFailed(ostinato, name);
    const second = await follow(name);
    expect(second.stages).toMatchObject([
      { kind: "rephrase", completed: 2, failed: 0 },
      { kind: "main", completed: 2, failed: 2 },
      { kind: "judge", completed: 2 },
    ]);
    const lines = read(fileOfStage(second, "main"));
    expect(lines.map(({ id, prompt, status }) => [id, prompt, status])).toEqual([
      ["rephrase-big-0-1", "Say it.", "completed"],
      ["rephrase-big-0-2", "Say it.", "failed"],
      [1, "One?", "completed"],
      [2, "Two?", "failed"],
    ]);
    for (const kind of ["main", "judge"]) {
      const answered = read(fileOfStage(first, kind)).filter(
        ({ status }) => status === "completed",
      );
      expect(unmarked(second, kind)).toEqual(expect.arrayContaining(answered));
    }
  });

  test("is run by a watch too", async () => {
    const { name, own, given } = staged({ four });
    const { file, ...watched } = given;
    // A watch takes all files of its folder, so it has one of its own.
    mkdirSync(join(own, "input"));
    writeFileSync(join(own, `input/${name}.jsonl`), readFileSync(file));
    await startWatch(ostinato, { ...watched, dataFolder: own, once: true });
    let ended: WatchStatus | undefined;
    for await (const status of followWatch(ostinato, { dataFolder: own })) ended = status;
    expect(ended).toMatchObject({ state: "ended", counts: { ended: 1, unsound: 0 } });
    const { stages } = await experimentStatus(ostinato, name);
    expect(stages).toMatchObject([
      { kind: "main", state: "finished", completed: 2 },
      { kind: "judge", state: "finished", completed: 2 },
    ]);
  });
});
