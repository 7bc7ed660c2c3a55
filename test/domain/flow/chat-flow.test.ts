import { expect, it } from "vitest";
import { chatFlow, inputsByRole } from "../../../src/domain/flow/chat-flow.js";
import type { GivenRole } from "../../../src/domain/flow/chat-flow.js";
import { historyReference } from "../../../src/domain/flow/chat-group.js";
import type { CodeFlow } from "../../../src/domain/flow/flow.js";

function code(inputs: CodeFlow["inputs"], more: Partial<CodeFlow> = {}): CodeFlow {
  return {
    kind: "code",
    name: "say",
    inputs,
    code: { language: "python", file: "say.py" },
    ...more,
  };
}

const told: GivenRole = {
  role: "host",
  variables: {},
  mapping: { talk: historyReference, word: "${data.secret}" },
  flow: code({
    word: { type: "string" },
    talk: { type: "list" },
    level: { type: "int" },
    tone: { type: "string", default: "kind" },
  }),
};
const untold: GivenRole = {
  role: "guest",
  variables: {},
  mapping: { chat: historyReference, name: "Ann" },
  flow: code({}),
};

it("gives a group the inputs of its roles without the conversation, each with an origin", () => {
  const { flow, mapping } = groupOf([told, untold]);
  expect(flow.inputs).toEqual({
    "host.word": { type: "string" },
    "host.level": { type: "int" },
    "host.tone": { type: "string", default: "kind" },
    "guest.name": { type: "any" },
  });
  expect(mapping).toEqual({
    "host.word": "${data.secret}",
    "host.level": "${data.level}",
    "guest.name": "Ann",
  });
  expect(flow.roles.map(({ role, historyInput }) => [role, historyInput])).toEqual([
    ["host", "talk"],
    ["guest", "chat"],
  ]);
  const line = { "host.word": "whale", "host.level": 2, "guest.name": "Ann" };
  expect(inputsByRole(flow, line)).toEqual({
    host: { word: "whale", level: 2 },
    guest: { name: "Ann" },
  });
});

it("tells that the aggregation of a role is not run", () => {
  const { warnings } = groupOf([
    { ...told, flow: code(told.flow.inputs, { aggregates: true }) },
    untold,
  ]);
  expect(warnings).toEqual([expect.stringContaining('The aggregation of the role "host"')]);
});

it("refuses a role whose name can't stand in front of its inputs", () => {
  const roles = [{ ...told, role: "the host" }, untold];
  const { problems } = chatFlow({ name: "talk", maxTurns: 2, roles });
  expect(problems).toEqual([expect.stringContaining('The role "the host" has a name with other')]);
});

function groupOf(roles: readonly GivenRole[]): ReturnType<typeof chatFlow> & { flow: object } {
  const made = chatFlow({ name: "talk", maxTurns: 2, roles });
  if (!made.flow) throw new Error(made.problems.join());
  return made;
}
