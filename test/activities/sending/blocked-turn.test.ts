import { expect, onTestFinished, test } from "vitest";
import { createGeminiProvider } from "../../../src/providers/gemini/create-provider.js";
import { startVendorServer } from "../../helpers/vendor-server.js";
import { blockedPrompt, reply } from "../../providers/contract/google.js";
import { recordLine } from "../../storage/run/prepared-run.js";
import { attempt, Sending } from "./sending.js";

test("a turn that the API blocks is the last of its chat, and the answers so far are kept", async () => {
  const server = await startVendorServer((_request, index) => ({
    body: index === 1 ? blockedPrompt : reply,
  }));
  onTestFinished(server.close);
  const provider = createGeminiProvider();
  const environment = { GEMINI_API_KEY: "AIza-0123456789", GEMINI_BASE_URL: server.origin };
  const chat = recordLine(0, { model_name: "gemini-2.0-flash", prompt: ["One", "Two", "Three"] });
  const sending = await Sending.of([chat], {
    send: async (call) => provider.send({ ...call, environment }),
  });
  const { activities } = sending.process();
  const result = await attempt(1).run(activities.sendPrompts, sending.slice(1));
  expect(result).toMatchObject({ completed: 1, failed: 0 });
  expect(server.requests).toHaveLength(2);
  const [line] = sending.logged("outcome");
  expect(line?.outcome).toMatchObject({
    attempts: 2,
    response: ["A round", ""],
    finishReason: ["STOP", "PROHIBITED_CONTENT"],
    extra: {
      safety_attributes: [
        { finish_reason: "STOP" },
        { blocked: "True", finish_reason: "block_reason: PROHIBITED_CONTENT" },
      ],
    },
  });
  expect(line?.outcome).not.toHaveProperty("endsChat");
});
