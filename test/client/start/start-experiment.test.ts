import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  cancelExperiment,
  changeExperiment,
  checkExperiment,
  connect,
  experimentStatus,
  listExperiments,
  listLimits,
  pauseExperiment,
  resumeExperiment,
  retryFailed,
  setLimit,
  startExperiment,
  unsetLimit,
} from "../../../src/index.js";
import type { GivenSettings, Ostinato } from "../../../src/index.js";
import { pause } from "../../../cli/commands/steer/pause.js";
import { processTerminal } from "../../../cli/output/terminal/terminal.js";
import { openDataFolder } from "../../../src/storage/data-folder.js";
import { limitStart } from "../../../src/client/limits/limit-start.js";
import { limitIdOfKey } from "../../../src/storage/run/limit-id-of-key.js";
import { workflowTypes } from "../../../workflows/messages.js";
import { openFolderIdentity } from "../../../src/storage/folder-identity.js";
import { registerWorker } from "../../../src/local-server/worker/worker-files.js";
import { startTestServer } from "../../helpers/local-server.js";
import type { TestServer } from "../../helpers/local-server.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

let server: TestServer;
let ostinato: Ostinato;

beforeAll(async () => {
  server = await startTestServer();
  ostinato = await connect({ env: server.env, startServer: false });
}, 300_000);

afterAll(async () => {
  await ostinato.close();
  await server.stop();
});

interface SetUp {
  readonly folder: string;
  readonly given: GivenSettings & { readonly name: string; readonly dataFolder: string };
}

function setUp(
  records: readonly object[] = [{ api: "test", model_name: "m", prompt: "Hi" }],
): SetUp {
  const folder = temporaryFolder();
  const file = join(folder, "input.jsonl");
  writeFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  return {
    folder,
    given: {
      file,
      name: `x-${randomUUID()}`,
      dataFolder: join(folder, "data"),
      envFile: join(folder, ".env"),
    },
  };
}

function staged({ given }: SetUp): string[] {
  const incoming = join(given.dataFolder, "output", ".incoming");
  return existsSync(incoming) ? readdirSync(incoming) : [];
}

describe("a start with no worker", () => {
  it("stages a copy and lets the experiment wait", async () => {
    const made = setUp();
    const started = await startExperiment(ostinato, made.given);
    expect(started).toMatchObject({
      name: made.given.name,
      alreadyRunning: false,
      notices: [],
      workflowId: `experiment/${made.given.name}`,
    });
    expect(staged(made)).toEqual([expect.stringMatching(/-input\.jsonl$/)]);
    expect(existsSync(made.given.file)).toBe(true);
    const description = await ostinato.client.workflow.getHandle(started.workflowId).describe();
    expect(await description.staticSummary()).toBe(`${made.given.name}: 1 prompt`);
    expect(await description.staticDetails()).toContain("| Requests a minute | 10 |");
    expect(description.typedSearchAttributes.getAll()).toMatchObject([
      { key: { name: "ExperimentName" }, value: made.given.name },
    ]);
  });

  it("takes no prompt and no key along", async () => {
    const made = setUp([{ api: "test", prompt: "a canary of a prompt" }]);
    const { workflowId } = await startExperiment(ostinato, made.given);
    const history = await ostinato.client.workflow.getHandle(workflowId).fetchHistory();
    const payloads = history.events?.flatMap(
      (event) => event.workflowExecutionStartedEventAttributes?.input?.payloads ?? [],
    );
    const text = payloads?.map((payload) => Buffer.from(payload.data ?? []).toString()).join("");
    expect(text).toContain(made.given.name);
    expect(text).not.toContain("canary");
  });

  it("follows the one that runs where content and settings are the same, and drops its own copy", async () => {
    const made = setUp();
    const first = await startExperiment(ostinato, made.given);
    const second = await startExperiment(ostinato, made.given);
    expect(second).toMatchObject({ alreadyRunning: true, runId: first.runId });
    expect(staged(made)).toHaveLength(1);
  });

  it("moves the file where that is asked, and leaves it where the start is refused", async () => {
    const made = setUp();
    const other = join(made.folder, "other.jsonl");
    writeFileSync(other, '{"api": "test", "prompt": "other"}\n');
    await startExperiment(ostinato, { ...made.given, moveToInput: true });
    expect(existsSync(made.given.file)).toBe(false);
    await expect(
      startExperiment(ostinato, { ...made.given, file: other, moveToInput: true }),
    ).rejects.toThrow(/other content/);
    expect(existsSync(other)).toBe(true);
    expect(staged(made).filter((name) => !name.endsWith(".origin"))).toHaveLength(1);
  });

  it("gives one of several starts at once the run, and all of them that run", async () => {
    const made = setUp();
    const starts = await Promise.all(
      Array.from({ length: 4 }, () => startExperiment(ostinato, made.given)),
    );
    expect(starts.filter((start) => !start.alreadyRunning)).toHaveLength(1);
    expect(new Set(starts.map((start) => start.runId)).size).toBe(1);
    expect(staged(made)).toHaveLength(1);
  });
});

describe("a start is refused, and nothing stays staged,", () => {
  it("where the name runs in another data folder", async () => {
    const made = setUp();
    await startExperiment(ostinato, made.given);
    const elsewhere = join(made.folder, "elsewhere");
    await expect(
      startExperiment(ostinato, { ...made.given, dataFolder: elsewhere }),
    ).rejects.toThrow(`running in the data folder ${made.given.dataFolder}`);
    expect(readdirSync(join(elsewhere, "output"))).toEqual([]);
  });

  it("where the name runs with other settings", async () => {
    const made = setUp();
    await startExperiment(ostinato, made.given);
    await expect(
      startExperiment(ostinato, { ...made.given, requestsPerMinute: 20 }),
    ).rejects.toThrow(/other settings.*--name/s);
    expect(staged(made)).toHaveLength(1);
  });

  it("where the input folder has the file name with other content", async () => {
    const made = setUp();
    mkdirSync(join(made.given.dataFolder, "input"), { recursive: true });
    writeFileSync(join(made.given.dataFolder, "input", "input.jsonl"), "else\n");
    await expect(startExperiment(ostinato, made.given)).rejects.toThrow(/other content/);
  });

  it("where the input is wrong, by line", async () => {
    const made = setUp([
      { api: "test", prompt: "fine" },
      { api: "opnai", prompt: "wrong" },
    ]);
    await expect(startExperiment(ostinato, made.given)).rejects.toThrow(/line 2.*opnai/s);
    expect(existsSync(made.given.dataFolder)).toBe(false);
  });
});

describe("the keys of this shell", () => {
  const record = { api: "openai", model_name: "gpt-4o", prompt: "Hi" };

  /** A data folder that a worker with these keys serves. */
  async function served(
    keys: Readonly<Record<string, string>>,
    records = [record],
  ): Promise<SetUp> {
    const made = setUp(records);
    const { path } = await openDataFolder(made.given.dataFolder);
    const { namespace, address } = ostinato;
    const place = { namespace, address, role: "background", secrets: keys } as const;
    const dataFolder = { path, identity: await openFolderIdentity(path) };
    onTestFinished(registerWorker({ env: server.env, ...place, dataFolder }));
    return made;
  }

  function shellWith(key: string): Ostinato {
    return { ...ostinato, env: { ...server.env, OPENAI_API_KEY: key } };
  }

  it("are missed by a worker that lacks them", async () => {
    const made = await served({});
    await expect(startExperiment(shellWith("canary-1"), made.given)).rejects.toThrow(
      new RegExp(
        `^\`OPENAI_API_KEY\` is set here, but the background worker with pid ${process.pid.toString()} lacks`,
      ),
    );
  });

  it("are not missed where the environment file has them", async () => {
    const made = await served({});
    writeFileSync(join(made.folder, ".env"), "OPENAI_API_KEY=canary-1\n");
    const started = await startExperiment(shellWith("canary-1"), made.given);
    expect(started.alreadyRunning).toBe(false);
  });

  it("must be the worker's own, which win over the file", async () => {
    const made = await served({ OPENAI_API_KEY: "canary-2" });
    writeFileSync(join(made.folder, ".env"), "OPENAI_API_KEY=canary-1\n");
    const error: unknown = await startExperiment(shellWith("canary-1"), made.given).catch(
      (reason: unknown) => reason,
    );
    expect((error as Error).message).toMatch(/another value here than in the background worker/);
    expect((error as Error).message).not.toContain("canary");
    expect(staged(made)).toEqual([]);
  });

  it("are no matter for records of another API", async () => {
    const made = await served({}, [{ api: "test", model_name: "m", prompt: "Hi" }]);
    const started = await startExperiment(shellWith("canary-1"), made.given);
    expect(started.alreadyRunning).toBe(false);
  });

  it("are no matter for a worker of another data folder", async () => {
    await served({});
    const started = await startExperiment(shellWith("canary-1"), setUp([record]).given);
    expect(started.alreadyRunning).toBe(false);
  });

  it("that are set nowhere are a notice of the check", async () => {
    const { given } = setUp([record]);
    const { notices, targets } = await checkExperiment(given, {});
    expect(targets).toEqual(["openai/gpt-4o"]);
    expect(notices).toEqual([expect.stringContaining("OPENAI_API_KEY")]);
    expect((await checkExperiment(given, { OPENAI_API_KEY: "x" })).notices).toEqual([]);
  });
});

describe("with no worker", () => {
  it("a status is told by the server alone", async () => {
    const made = setUp();
    await startExperiment(ostinato, made.given);
    const status = await experimentStatus(ostinato, made.given.name);
    expect(status).toMatchObject({
      name: made.given.name,
      state: "starting",
      dataFolder: made.given.dataFolder,
      workerAnswers: false,
      problems: [expect.stringContaining("No worker answers")],
    });
  });

  it("experiments are listed", async () => {
    const made = setUp();
    await startExperiment(ostinato, made.given);
    await expect
      .poll(async () => await listExperiments(ostinato, { dataFolder: made.folder }))
      .toContainEqual(expect.objectContaining({ name: made.given.name, state: "starting" }));
  });

  it("a run that the server has deleted is left out, although its list still has it", async () => {
    const made = setUp();
    const { workflowId } = await startExperiment(ostinato, made.given);
    const { client, namespace } = ostinato;
    await client.workflow.getHandle(workflowId).terminate();
    const query = `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Terminated'`;
    let listed: object[] = [];
    const look = async (): Promise<object[]> => {
      listed = [];
      for await (const execution of client.workflow.list({ query })) listed.push(execution);
      return listed;
    };
    await expect.poll(look).toHaveLength(1);
    const workflowExecution = { workflowId };
    await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
    const isThere = (): Promise<boolean> =>
      client.workflow
        .getHandle(workflowId)
        .describe()
        .then(
          () => true,
          () => false,
        );
    await expect.poll(isThere).toBe(false);
    // A busy server removes the run from its list later than the run itself.
    const workflow = Object.create(client.workflow, { list: { value: () => listed } }) as object;
    const lagging = Object.create(client, { workflow: { value: workflow } }) as typeof client;
    const options = { dataFolder: made.given.dataFolder };
    expect(await listExperiments({ ...ostinato, client: lagging }, options)).toEqual([]);
  });

  it("pause, resume, change and cancel are kept for a worker, and told by the status", async () => {
    const { given } = setUp();
    const { workflowId } = await startExperiment(ostinato, given);
    const deliveries = [
      await pauseExperiment(ostinato, given.name),
      await resumeExperiment(ostinato, given.name),
      await changeExperiment(ostinato, given.name, { requestsPerMinute: 60 }),
      await cancelExperiment(ostinato, given.name),
    ];
    expect(deliveries).toEqual(["kept", "kept", "kept", "kept"]);
    expect(await experimentStatus(ostinato, given.name)).toMatchObject({
      state: "starting",
      asked: ["pause", "resume", "change", "cancel"],
    });
    const history = await ostinato.client.workflow.getHandle(workflowId).fetchHistory();
    const signals = history.events
      ?.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName)
      .filter((name) => name);
    expect(signals).toEqual(["pause", "resume", "change", "cancel"]);
    const told: string[] = [];
    const terminal = { ...processTerminal(), environment: server.env, talk: told.push.bind(told) };
    const invocation = { arguments: [given.name], flags: {}, ownFlags: {}, terminal };
    expect(await pause.run(invocation)).toBe(5);
    expect(told).toEqual([
      expect.stringContaining("Not done yet: no worker has taken the request"),
    ]);
  });

  it("an experiment that runs can't be retried", async () => {
    const { given } = setUp();
    await startExperiment(ostinato, given);
    await expect(retryFailed(ostinato, given.name)).rejects.toThrow(/still runs/);
  });

  it("limits take a cap, are listed by key, and lose the cap", async () => {
    const key = `api/a model/${randomUUID()}`;
    expect(await setLimit(ostinato, key, { requestsPerMinute: 60 })).toEqual({ warnings: [] });
    await expect
      .poll(async () => await listLimits(ostinato))
      .toContainEqual({
        key,
        cap: {},
        calls: 0,
        holders: [],
        days: [],
        slowdowns: [],
        answered: false,
        lastMinute: { calls: 0, tokens: 0 },
      });
    await unsetLimit(ostinato, key);
  });

  it("the limits of rows are not listed, because nobody sets them", async () => {
    const names = [`rows/${randomUUID()}`, `group/${randomUUID()}`];
    for (const name of names) {
      await ostinato.client.workflow.start(
        workflowTypes.limit,
        limitStart(limitIdOfKey(name), name),
      );
    }
    await expect
      .poll(async () => (await listLimits(ostinato)).map(({ key }) => key))
      .toContain(names[1]);
    expect((await listLimits(ostinato)).map(({ key }) => key)).not.toContain(names[0]);
  });
});

describe("a steering command refuses", () => {
  it("an unknown name, and suggests a near one", async () => {
    const made = setUp();
    const name = `piano-${randomUUID()}`;
    await startExperiment(ostinato, { ...made.given, name });
    await expect
      .poll(() => pauseExperiment(ostinato, name.replace("piano", "paino")).catch(String))
      .toContain(`Did you mean "${name}"?`);
  });

  it("a name that has ended", async () => {
    const { given } = setUp();
    const { workflowId } = await startExperiment(ostinato, given);
    await ostinato.client.workflow.getHandle(workflowId).terminate();
    await expect(cancelExperiment(ostinato, given.name)).rejects.toThrow(/has ended/);
    expect(await experimentStatus(ostinato, given.name)).toMatchObject({ state: "failed" });
  });

  it("a change of nothing, or to nothing", async () => {
    await expect(changeExperiment(ostinato, "any", {})).rejects.toThrow(
      /--max-queries, .*or --max-cost/,
    );
    await expect(changeExperiment(ostinato, "any", { requestsPerMinute: 0 })).rejects.toThrow(
      /from 0.0007/,
    );
    await expect(changeExperiment(ostinato, "any", { inFlight: 1.5 })).rejects.toThrow(/whole/);
  });

  it("a key that no limit can have, and a cap of nothing", async () => {
    await expect(setLimit(ostinato, "openai", { inFlight: 1 })).rejects.toThrow(/api\/openai/);
    await expect(setLimit(ostinato, "api/openai", {})).rejects.toThrow(/--max-queries/);
    await expect(unsetLimit(ostinato, "api/none")).rejects.toThrow(/no cap/);
  });
});
