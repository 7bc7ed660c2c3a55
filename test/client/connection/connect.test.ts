import { createServer } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { connect, connectionOptionsOf } from "../../../src/client/connection/connect.js";
import { diagnose, stopOstinato } from "../../../src/index.js";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { ServerUnavailableError } from "../../../src/local-server/server/server-unavailable-error.js";
import { freePort } from "../../helpers/free-port.js";
import { startTestServer } from "../../helpers/local-server.js";
import type { TestServer } from "../../helpers/local-server.js";
import { temporalCliForTests } from "../../helpers/temporal-cli.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { writeProgram } from "../../helpers/write-program.js";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
}, 300_000);

afterAll(async () => {
  await server.stop();
});

describe("the search for a server", () => {
  it("takes the one on the local port", async () => {
    const ostinato = await connect({ env: server.env, startServer: false });
    onTestFinished(() => ostinato.close());
    expect(ostinato).toMatchObject({
      address: server.address,
      local: true,
      namespace: "default",
    });
    expect("webUi" in ostinato).toBe(false);
  });

  it("takes TEMPORAL_ADDRESS first, with the Web UI that is named for it", async () => {
    const env = {
      ...server.env,
      OSTINATO_TEMPORAL_PORT: (await freePort()).toString(),
      TEMPORAL_ADDRESS: server.address,
      OSTINATO_WEB_UI: "https://temporal.example/",
    };
    const ostinato = await connect({ env, startServer: false });
    onTestFinished(() => ostinato.close());
    expect(ostinato).toMatchObject({ local: false, webUi: "https://temporal.example" });
  });

  it("takes a Temporal profile and its namespace", async () => {
    const file = join(temporaryFolder(), "temporal.toml");
    writeFileSync(
      file,
      `[profile.other]\naddress = "${server.address}"\nnamespace = "temporal-system"\n`,
    );
    const env = {
      OSTINATO_TEMPORAL_PORT: (await freePort()).toString(),
      TEMPORAL_CONFIG_FILE: file,
      TEMPORAL_PROFILE: "other",
    };
    const ostinato = await connect({ env, startServer: false });
    onTestFinished(() => ostinato.close());
    expect(ostinato).toMatchObject({
      local: false,
      namespace: "temporal-system",
      address: server.address,
    });
  });

  it("makes further connections like the first, without what is set for another server", async () => {
    const key = { TEMPORAL_API_KEY: "of-another-server", TEMPORAL_TLS: "" };
    const local = await connect({ env: { ...server.env, ...key }, startServer: false });
    onTestFinished(() => local.close());
    expect(connectionOptionsOf(local)).toEqual({ address: server.address });
    const far = { ...local, local: false, address: "cloud.example:7233" };
    expect(connectionOptionsOf(far)).toMatchObject({
      address: "cloud.example:7233",
      apiKey: "of-another-server",
    });
  });

  it("says that the server lacks the namespace", async () => {
    const env = { ...server.env, TEMPORAL_NAMESPACE: "mine" };
    await expect(connect({ env, startServer: false })).rejects.toThrow(
      /^The Temporal server at 127\.0\.0\.1:\d+ has no namespace "mine"\. Set `TEMPORAL_NAMESPACE`/,
    );
  });

  it("never falls back from an address that is set and can't be reached", async () => {
    const env = { ...server.env, TEMPORAL_ADDRESS: `127.0.0.1:${(await freePort()).toString()}` };
    const error = await connect({ env }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServerUnavailableError);
    expect((error as Error).message).toContain("`TEMPORAL_ADDRESS` names it");
  });

  it("says what to do where none runs and none may be started", async () => {
    const env = { ...server.env, OSTINATO_TEMPORAL_PORT: (await freePort()).toString() };
    await expect(connect({ env, startServer: false })).rejects.toThrow(/ostinato up/);
  });

  it("tells something else on the port from a server", async () => {
    const port = await freePort();
    const other = createServer((socket) => socket.resume()).listen(port, "127.0.0.1");
    onTestFinished(() => void other.close());
    const env = { ...server.env, OSTINATO_TEMPORAL_PORT: port.toString() };
    await expect(connect({ env })).rejects.toThrow(/OSTINATO_TEMPORAL_PORT/);
  });

  it("refuses a profile that can't be read as the user's to repair", async () => {
    const file = join(temporaryFolder(), "temporal.toml");
    writeFileSync(file, "[profile");
    await expect(connect({ env: { TEMPORAL_CONFIG_FILE: file } })).rejects.toThrow(UserError);
  });
});

describe("a server that is started", () => {
  it("keeps finished workflows for 30 days, knows the search attribute and is ended by stopOstinato", async () => {
    const home = temporaryFolder();
    const port = (await freePort()).toString();
    const env = { ...process.env, OSTINATO_HOME: home, OSTINATO_TEMPORAL_PORT: port };
    onTestFinished(async () => {
      await stopOstinato(env);
    });
    const ostinato = await connect({ env });
    const { workflowService } = ostinato.client;
    const { config } = await workflowService.describeNamespace({ namespace: "default" });
    const attributes = await ostinato.connection.operatorService.listSearchAttributes({
      namespace: "default",
    });
    await ostinato.close();
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 3_600);
    expect(Object.keys(attributes.customAttributes)).toContain("ExperimentName");
    expect(ostinato.webUi).toBe(`http://127.0.0.1:${(Number(port) + 1_000).toString()}`);
    const ends = { workers: 0, databases: [expect.stringContaining(home)] };
    expect(await stopOstinato(env)).toEqual({ server: "stopped", ...ends });
    expect(await stopOstinato(env)).toEqual({ server: "not-running", ...ends });
  });

  it("is waited for where it accepts connections for seconds before it answers", async () => {
    const folder = temporaryFolder();
    const port = (await freePort()).toString();
    // Stands still for 6 s from its first connection on, longer than a server that was found may
    // take.
    writeFileSync(
      join(folder, "pause.cjs"),
      `const [pid, port] = process.argv.slice(2).map(Number);
       const pause = () => {
         process.kill(pid, "SIGSTOP");
         setTimeout(() => process.kill(pid, "SIGCONT"), 6_000);
       };
       const look = () => {
         const socket = require("node:net").connect(port, "127.0.0.1");
         socket.on("connect", () => { socket.destroy(); pause(); });
         socket.on("error", () => setTimeout(look, 2));
       };
       look();`,
    );
    writeProgram(
      join(folder, "temporal"),
      `[ "$1" = --version ] || "${process.execPath}" "${folder}/pause.cjs" $$ ${port} &`,
      `exec "${(await temporalCliForTests()).path}" "$@"`,
    );
    const env = {
      ...process.env,
      PATH: `${folder}:${process.env["PATH"] ?? ""}`,
      OSTINATO_HOME: join(folder, "home"),
      OSTINATO_TEMPORAL_PORT: port,
    };
    onTestFinished(async () => {
      await stopOstinato(env);
    });
    const ostinato = await connect({ env });
    onTestFinished(() => ostinato.close());
    expect(ostinato).toMatchObject({ local: true, address: `127.0.0.1:${port}` });
  });

  it("is not ended where it was found", async () => {
    expect(await stopOstinato(server.env)).toEqual({
      server: "not-ours",
      workers: 0,
      databases: [],
    });
  });
});

describe("a diagnosis", () => {
  it("names what is found, keys without their values, and what is missing", async () => {
    const folder = temporaryFolder();
    const envFile = join(folder, ".env");
    writeFileSync(envFile, "OPENAI_API_KEY_gpt_4o=canary-in-file\n");
    const env = { ...server.env, OPENAI_API_KEY: "canary-in-shell" };
    const diagnosis = await diagnose({ env, envFile, dataFolder: join(folder, "data") });
    expect(diagnosis).toMatchObject({
      server: { answers: true, address: server.address, version: expect.any(String) as string },
      temporalCli: { serverVersion: expect.stringMatching(/^\d+\./) as string },
      workers: [],
      pollers: [],
      limits: [],
      keys: [
        { name: "OPENAI_API_KEY", from: "environment" },
        { name: "OPENAI_API_KEY_gpt_4o", from: "file" },
      ],
      dataFolder: { exists: false, writable: true, freeBytes: expect.any(Number) as number },
      problems: [expect.stringContaining("No worker serves the data folder") as string],
    });
    expect(JSON.stringify(diagnosis)).not.toContain("canary");
  });

  it("starts nothing where no server runs", async () => {
    const port = (await freePort()).toString();
    const env = { ...server.env, OSTINATO_TEMPORAL_PORT: port };
    const { server: found, problems } = await diagnose({ env, dataFolder: temporaryFolder() });
    expect(found).toEqual({ answers: false, problem: problems[0] });
    expect(problems[0]).toContain(`127.0.0.1:${port}`);
  });
});
