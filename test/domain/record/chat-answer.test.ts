import { expect, it } from "vitest";
import { chatAnswer } from "../../../src/domain/record/chat-answer.js";

it("lists what the turns of a chat brought, a blocked one included", () => {
  const safety = { blocked: "[]", finish_reason: "STOP" };
  const blocked = { blocked: "[True]", finish_reason: "SAFETY" };
  expect(
    chatAnswer([
      {
        response: "One.",
        model: "m-1",
        finishReason: "STOP",
        usage: { total_tokens: 3 },
        extra: { safety_attributes: safety },
      },
      {
        response: "",
        finishReason: "SAFETY",
        usage: { total_tokens: 4 },
        extra: { safety_attributes: blocked },
      },
      { response: ["Three.", "3."], model: "m-2", extra: { thoughts: "Hm." } },
    ]),
  ).toEqual({
    response: ["One.", "", ["Three.", "3."]],
    model: "m-2",
    finishReason: ["STOP", "SAFETY", null],
    usage: { total_tokens: 7 },
    extra: { safety_attributes: [safety, blocked, null], thoughts: [null, null, "Hm."] },
  });
});

it("adds nothing that no turn has", () => {
  expect(chatAnswer([{ response: "One." }, { response: null }])).toEqual({
    response: ["One.", null],
  });
});
