/**
 * Combines the flows of a chat group into one flow. Each role has its own inputs, which a line
 * stores as `role.input`.
 */
import { defined } from "../defined.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import { historyReference, readChatGroup } from "./chat-group.js";
import type { RoleMapping } from "./chat-group.js";
import type { ChatFlow, FlowInput, FlowRole } from "./flow.js";

export interface GivenRole extends Omit<FlowRole, "historyInput"> {
  /** Mapping by input of the role's flow. */
  readonly mapping: Readonly<Record<string, JsonValue>>;
}

export interface GivenGroup extends Pick<ChatFlow, "name" | "description" | "maxTurns"> {
  readonly roles: readonly GivenRole[];
}

export type MadeChatFlow =
  | {
      readonly flow: ChatFlow;
      /** Mapping by input of the group. */
      readonly mapping: JsonObject;
      readonly warnings: readonly string[];
      readonly problems: readonly [];
    }
  | { readonly flow?: undefined; readonly problems: readonly string[] };

const anyValue: FlowInput = { type: "any" };

export function chatFlow({ roles, maxTurns, name, description }: GivenGroup): MadeChatFlow {
  const { group, problems } = readChatGroup(roles.map(asMapping), maxTurns);
  const unsound = roles.filter(({ role }) => !/^[\w-]+$/.test(role)).map(unsoundName);
  if (!group || unsound.length > 0) return { problems: [...unsound, ...problems] };
  const talking = group.roles.map((talks, index): FlowRole => {
    const { flow, variables, executor } = roles[index] ?? missing(talks.role);
    return { ...talks, flow, variables, ...defined({ executor }) };
  });
  const inputs = roles.map((role) => [role.role, inputsOf(role)] as const);
  return {
    flow: {
      kind: "chat",
      name,
      maxTurns,
      roles: talking,
      ...defined({ description }),
      inputs: prefixed(inputs),
    },
    mapping: prefixed(roles.map((role) => [role.role, mappingOf(role)])),
    warnings: roles.flatMap(aggregationWarning),
    problems: [],
  };
}

function missing(role: string): never {
  throw new Error(`Expected the flow of the role "${role}".`);
}

function asMapping({ role, mapping, flow, stopSignal }: GivenRole): RoleMapping {
  return { role, mapping, inputs: Object.keys(flow.inputs), ...defined({ stopSignal }) };
}

function unsoundName({ role }: GivenRole): string {
  return `The role ${JSON.stringify(role)} has a name with other characters than letters, digits, "_" and "-". Rename it.`;
}

/**
 * Returns the inputs of a role without the conversation. Code that declares no inputs has the
 * inputs of its mapping.
 */
function inputsOf({ flow, mapping }: GivenRole): Readonly<Record<string, FlowInput>> {
  const declared = Object.entries(flow.inputs);
  const known =
    declared.length > 0
      ? declared
      : Object.keys(mapping).map((input) => [input, anyValue] as const);
  return Object.fromEntries(known.filter(([input]) => mapping[input] !== historyReference));
}

/**
 * Returns the mapping of a role. An input without a mapping and a default is the column of `data`
 * with its own name.
 */
function mappingOf(role: GivenRole): JsonObject {
  const given = Object.entries(role.mapping).filter(([, value]) => value !== historyReference);
  const open = Object.entries(inputsOf(role))
    .filter(([, { default: fallback }]) => fallback === undefined)
    .map(([input]): readonly [string, JsonValue] => [input, `\${data.${input}}`]);
  return Object.fromEntries([...open, ...given]);
}

/**
 * Returns a warning for a role with an aggregation, which does not run. promptflow does not run it
 * either.
 */
function aggregationWarning({ role, flow }: GivenRole): readonly string[] {
  const aggregates =
    flow.kind === "graph"
      ? flow.nodes.some(({ aggregation }) => aggregation === true)
      : flow.aggregates === true;
  if (!aggregates) return [];
  return [
    `The aggregation of the role "${role}" is not run: a chat group has none. Run a flow with an aggregation over its outputs with --input run=NAME.`,
  ];
}

function prefixed<Value>(
  roles: readonly (readonly [string, Readonly<Record<string, Value>>])[],
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    roles.flatMap(([role, values]) =>
      Object.entries(values).map(([name, value]) => [`${role}.${name}`, value] as const),
    ),
  );
}

/** Returns the inputs of a line by role, under the names of the roles' flows. */
export function inputsByRole(
  { roles }: Pick<ChatFlow, "roles">,
  inputs: JsonObject,
): Readonly<Record<string, JsonObject>> {
  const ofRole = (role: string): JsonObject =>
    Object.fromEntries(
      Object.entries(inputs)
        .filter(([name]) => name.startsWith(`${role}.`))
        .map(([name, value]) => [name.slice(role.length + 1), value]),
    );
  return Object.fromEntries(roles.map(({ role }) => [role, ofRole(role)]));
}
