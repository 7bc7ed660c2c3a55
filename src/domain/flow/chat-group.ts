/**
 * A chat group: flows that talk in turns, for each line. The roles speak in their order, again and
 * again, until one says its stop signal or the maximum of turns is reached. Each role gets the
 * conversation so far as one of its inputs.
 */
import { defined } from "../defined.js";
import { hintOf } from "../nearest-match.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import type { ChatRole } from "./flow.js";
import type { LineEnd, NodeStatus } from "./line.js";

export interface ChatGroup<Role extends ChatRole = ChatRole> {
  /** Roles in the order in which they speak. At least two. */
  readonly roles: readonly Role[];
  /** Maximum number of turns, at least 1. One role speaks per turn. */
  readonly maxTurns: number;
}

export interface ChatTurn<Role extends ChatRole = ChatRole> {
  readonly role: Role;
  /** Number of the turn, starting at 0. */
  readonly turn: number;
  /** The role's own inputs from the line, and the conversation. */
  readonly inputs: JsonObject;
}

/** The value of a mapping that passes the conversation to an input. */
export const historyReference = "${parent.conversation_history}";

const historyOutput = "conversation_history";
const roleOutput = "role";
const defaultStopSignal = "[STOP]";

export interface RoleMapping {
  readonly role: string;
  /** Mapping of the role's inputs. */
  readonly mapping: Readonly<Record<string, JsonValue>>;
  /** Inputs that the role's flow declares. Empty for code that declares none. */
  readonly inputs: readonly string[];
  readonly stopSignal?: string;
}

export type ReadChatGroup =
  | { readonly group: ChatGroup; readonly problems: readonly [] }
  | { readonly group?: undefined; readonly problems: readonly string[] };

/** Checks a group and returns every problem at once, before a line is run. */
export function readChatGroup(roles: readonly RoleMapping[], maxTurns: number): ReadChatGroup {
  const problems = [
    ...(roles.length >= 2
      ? []
      : [`A chat group needs at least two roles, got ${roles.length}. Add a role.`]),
    ...(Number.isInteger(maxTurns) && maxTurns >= 1
      ? []
      : [`The maximum of turns is ${maxTurns}. Expected a whole number of at least 1.`]),
    ...roles.flatMap((role, index) => roleProblems(role, roles.slice(0, index))),
  ];
  if (problems.length > 0) return { problems };
  const read = roles.map(({ role, mapping, stopSignal }): ChatRole => {
    const [historyInput = ""] = historyInputs(mapping);
    return { role, historyInput, ...defined({ stopSignal }) };
  });
  return { group: { roles: read, maxTurns }, problems: [] };
}

function historyInputs(mapping: RoleMapping["mapping"]): readonly string[] {
  return Object.keys(mapping).filter((input) => mapping[input] === historyReference);
}

function roleProblems(
  { role, mapping, inputs }: RoleMapping,
  before: readonly RoleMapping[],
): readonly string[] {
  const isRepeated = before.some((other) => other.role === role);
  const repeated = isRepeated ? [`Two roles are called "${role}". Rename one of them.`] : [];
  const [input, other] = historyInputs(mapping);
  if (input === undefined) {
    return [
      ...repeated,
      `The role "${role}" gets no conversation. Map one input of its flow to ${historyReference}.`,
    ];
  }
  if (other !== undefined) {
    return [
      ...repeated,
      `The role "${role}" gets the conversation twice, as ${historyInputs(mapping).join(" and ")}. Map one input to ${historyReference}.`,
    ];
  }
  if (inputs.length === 0 || inputs.includes(input)) return repeated;
  return [
    ...repeated,
    `The role "${role}" gets the conversation as "${input}", which is no input of its flow. ${hintOf(input, inputs)}`,
  ];
}

/**
 * Runs the conversation of a line. The outputs are one object per turn, by number, and
 * `conversation_history`.
 *
 * @param inputs inputs of the line by role, without the conversation
 * @param speak runs the flow of a role
 */
export async function runChatGroup<Role extends ChatRole>(
  { roles, maxTurns }: ChatGroup<Role>,
  inputs: Readonly<Record<string, JsonObject>>,
  speak: (turn: ChatTurn<Role>) => Promise<LineEnd>,
): Promise<LineEnd> {
  const history: JsonObject[] = [];
  const nodes: Record<string, NodeStatus> = {};
  const warnings: string[] = [];
  for (let turn = 0; turn < maxTurns; turn += 1) {
    const role = roles[turn % roles.length];
    if (!role) throw new Error("Expected a role for each turn.");
    const own = { ...inputs[role.role], [role.historyInput]: [...history] };
    const end = await speak({ role, turn, inputs: own });
    for (const [node, status] of Object.entries(end.nodes)) nodes[`${role.role}.${node}`] = status;
    warnings.push(...(end.warnings ?? []));
    const failed = failureOf(end, role, nodes);
    if (failed) return failed;
    const output = end.output ?? {};
    history.push({ [roleOutput]: role.role, ...output });
    if (Object.values(output).includes(role.stopSignal ?? defaultStopSignal)) break;
  }
  return {
    status: "completed",
    output: { ...Object.fromEntries(history.entries()), [historyOutput]: history },
    nodes,
    ...(warnings.length > 0 && { warnings }),
  };
}

function failureOf(
  { status, error, output = {} }: LineEnd,
  { role }: ChatRole,
  nodes: LineEnd["nodes"],
): LineEnd | undefined {
  if (status === "failed") {
    const node = error?.node === undefined ? undefined : `${role}.${error.node}`;
    return {
      status,
      nodes,
      ...(error && { error: { ...error, ...defined({ node }) } }),
    };
  }
  if (!Object.hasOwn(output, roleOutput)) return undefined;
  const message = `The flow of the role "${role}" has an output called \`${roleOutput}\`, which the conversation needs for itself. Rename it.`;
  return { status: "failed", nodes, error: { type: "ReservedOutput", message, isUserError: true } };
}
