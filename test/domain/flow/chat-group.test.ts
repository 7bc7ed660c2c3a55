import { describe, expect, it } from "vitest";
import {
  historyReference,
  readChatGroup,
  runChatGroup,
} from "../../../src/domain/flow/chat-group.js";
import type { ChatGroup, ChatTurn } from "../../../src/domain/flow/chat-group.js";
import type { LineEnd } from "../../../src/domain/flow/line.js";
import type { JsonObject } from "../../../src/domain/json/json.js";

const group: ChatGroup = {
  roles: [
    { role: "asker", historyInput: "chat" },
    { role: "expert", historyInput: "history", stopSignal: "bye" },
  ],
  maxTurns: 4,
};

function said(output: JsonObject): LineEnd {
  return { status: "completed", output, nodes: { node: "completed" } };
}

/** Runs the group with answers by turn, and gives the inputs of each turn. */
async function run(
  answers: readonly LineEnd[],
  options: Partial<ChatGroup> = {},
): Promise<{ readonly end: LineEnd; readonly got: readonly (readonly [string, JsonObject])[] }> {
  const got: [string, JsonObject][] = [];
  const speak = async ({ role, turn, inputs }: ChatTurn): Promise<LineEnd> => {
    got.push([role.role, inputs]);
    return Promise.resolve(answers[turn] ?? said({}));
  };
  const inputs = { asker: { topic: "tea" }, expert: { level: 1 } };
  return { end: await runChatGroup({ ...group, ...options }, inputs, speak), got };
}

describe("a chat group", () => {
  it("lets the roles speak in turns, each with its inputs and the conversation so far", async () => {
    const { end, got } = await run([said({ text: "Why?" }), said({ text: "So." })], {
      maxTurns: 3,
    });
    const first = { role: "asker", text: "Why?" };
    const second = { role: "expert", text: "So." };
    const third = { role: "asker" };
    expect(got).toEqual([
      ["asker", { topic: "tea", chat: [] }],
      ["expert", { level: 1, history: [first] }],
      ["asker", { topic: "tea", chat: [first, second] }],
    ]);
    expect(end).toEqual({
      status: "completed",
      output: { 0: first, 1: second, 2: third, conversation_history: [first, second, third] },
      nodes: { "asker.node": "completed", "expert.node": "completed" },
    });
  });

  it.each([
    ["the default signal", [said({ text: "[STOP]" })], 1],
    ["a role's own signal", [said({ text: "bye" }), said({ a: 1, text: "bye" })], 2],
    [
      "no signal of the role",
      [said({ text: "bye" }), said({ text: "[STOP]" }), said({}), said({})],
      4,
    ],
    ["a signal inside of a text", [said({ text: "now [STOP]" })], 4],
  ])("ends at a stop signal: %s", async (_what, answers, turns) => {
    expect((await run(answers)).got).toHaveLength(turns);
  });

  it("fails its line with a failed turn, naming role and node", async () => {
    const error = { type: "ValueError", message: "no", isUserError: true, node: "node" };
    const failed: LineEnd = { status: "failed", error, nodes: { node: "failed" } };
    const { end, got } = await run([said({}), failed]);
    expect(got).toHaveLength(2);
    expect(end).toEqual({
      status: "failed",
      error: { ...error, node: "expert.node" },
      nodes: { "asker.node": "completed", "expert.node": "failed" },
    });
  });

  it("fails its line if a flow has an output called role", async () => {
    const { end } = await run([said({ role: "me" })]);
    expect(end.error).toEqual({
      type: "ReservedOutput",
      message:
        'The flow of the role "asker" has an output called `role`, which the conversation needs for itself. Rename it.',
      isUserError: true,
    });
  });
});

describe("the roles of a chat group", () => {
  it("are read with the input that takes the conversation", () => {
    const mapping = { chat: historyReference, topic: "${data.topic}" };
    const roles = [
      { role: "asker", mapping, inputs: ["chat", "topic"] },
      {
        role: "expert",
        mapping: { history: historyReference },
        inputs: ["history"],
        stopSignal: "bye",
      },
    ];
    expect(readChatGroup(roles, 4)).toEqual({ group, problems: [] });
  });

  it("are refused with all problems at once", () => {
    const twice = { role: "b", mapping: { x: historyReference, y: historyReference }, inputs: [] };
    const roles = [
      { role: "a", mapping: { histroy: historyReference }, inputs: ["history"] },
      { role: "a", mapping: {}, inputs: [] },
      twice,
    ];
    expect(readChatGroup(roles, 0).problems).toEqual([
      "The maximum of turns is 0. Expected a whole number of at least 1.",
      'The role "a" gets the conversation as "histroy", which is no input of its flow. Did you mean "history"?',
      'Two roles are called "a". Rename one of them.',
      'The role "a" gets no conversation. Map one input of its flow to ${parent.conversation_history}.',
      'The role "b" gets the conversation twice, as x and y. Map one input to ${parent.conversation_history}.',
    ]);
    expect(readChatGroup([], 1).problems).toEqual([
      "A chat group needs at least two roles, got 0. Add a role.",
    ]);
  });
});
