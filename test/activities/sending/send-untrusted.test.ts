import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createOpenAiProvider } from "../../../src/providers/openai/create-provider.js";
import { createAuthority } from "../../helpers/certificate-authority.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { recordLine } from "../../storage/run/prepared-run.js";
import { attempt, Sending } from "./sending.js";

test("a model whose certificate is not trusted waits for a person after one call", async () => {
  const { key, certificate: cert } = createAuthority(temporaryFolder());
  const server = createServer({ key, cert }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  // A server that listens on TCP has an address and port.
  const { port } = server.address() as AddressInfo;
  const provider = createOpenAiProvider();
  const environment = {
    OPENAI_API_KEY: "sk-any",
    OPENAI_BASE_URL: `https://localhost:${port}/v1`,
  };
  const sending = await Sending.of([recordLine(0), recordLine(1)], {
    send: async (call) => provider.send({ ...call, environment }),
  });
  const { activities } = sending.process();
  const first = await attempt(1).run(activities.sendPrompts, sending.slice(1));
  const reason = expect.stringContaining("is not trusted") as string;
  expect(first).toMatchObject({ refusals: [{ target: "test/m", reason }] });
  const both = await attempt(1).run(activities.sendPrompts, sending.slice(2));
  expect(both).toMatchObject({ completed: 0, failed: 0, blocked: [[0, 2]] });
  expect(sending.calls).toHaveLength(1);
  expect(sending.logged("failed-attempt")).toEqual([]);
});
