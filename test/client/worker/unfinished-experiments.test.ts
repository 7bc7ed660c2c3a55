import { afterAll, beforeAll, expect, test } from "vitest";
import {
  alsoServed,
  unfinishedExperiments,
} from "../../../src/client/worker/unfinished-experiments.js";
import { queuesOfFolder } from "../../../src/domain/experiment/ids.js";
import { connect } from "../../../src/index.js";
import type { Ostinato } from "../../../src/index.js";
import { startTestServer } from "../../helpers/local-server.js";
import type { TestServer } from "../../helpers/local-server.js";

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

async function start(name: string, identity: string, type = "runExperiment"): Promise<void> {
  await ostinato.client.workflow.start(type, {
    workflowId: `experiment/${name}`,
    taskQueue: queuesOfFolder(identity).main,
    memo: { name },
    args: [],
  });
}

test("names the other unfinished experiments of a data folder", async () => {
  await start("pilot", "0011");
  await start("exam", "0011");
  await start("elsewhere", "0022");
  await start("page", "0011", "runPage");
  await start("ended", "0011");
  await ostinato.client.workflow.getHandle("experiment/ended").terminate();
  const unfinished = async (): Promise<readonly string[]> =>
    (await unfinishedExperiments(ostinato, "0011", "experiment/exam")).toSorted();
  await expect.poll(unfinished).toEqual(["pilot"]);
  expect(await unfinishedExperiments(ostinato, "0033")).toEqual([]);
});

test("the notice names three of them", () => {
  expect(alsoServed(["a", "b", "c", "d", "e"])).toBe(
    "The worker also continues what is unfinished in this data folder: a, b, c and 2 more. `ostinato pause NAME` holds one back.",
  );
});
