import { resolve } from "node:path";
import { chatFlow } from "../../domain/flow/chat-flow.js";
import type { GivenGroup } from "../../domain/flow/chat-flow.js";
import type { RoleFlow } from "../../domain/flow/flow.js";
import { defined } from "../../domain/defined.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { ChatGroupSettings, ChatRoleSettings } from "../../flow/chat-group-settings.js";
import { placedExecutor } from "../../flow/code/module-executor.js";
import { roleFolder } from "../../flow/code/executor-of.js";
import type { BatchSettings } from "./batch-settings.js";
import { greetCode } from "./greet-code.js";
import { keepCode } from "./keep-code.js";
import { openFlow } from "./open-flow.js";
import type { OpenedFlow } from "./open-flow.js";

/** A chat group with the flows of its roles. */
export interface OpenedGroup {
  readonly kind: "group";
  readonly given: ChatGroupSettings;
  readonly roles: readonly OpenedRole[];
  readonly connections: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

interface OpenedRole {
  readonly given: ChatRoleSettings;
  readonly opened: OpenedFlow;
}

export interface OpenPlace {
  /** Folder for relative paths of flows. */
  readonly folder: string;
  /** Names of the available APIs. */
  readonly apis: readonly string[];
}

/** Opens a chat group. Throws a `UserError` with the problems of all roles. */
export async function openChatGroup(
  group: ChatGroupSettings,
  settings: BatchSettings,
  { folder, apis }: OpenPlace,
): Promise<OpenedGroup> {
  refuseFlowSettings(settings);
  const roles: OpenedRole[] = [];
  const problems: string[] = [];
  for (const { executor, ...role } of group.roles) {
    const placed = executor === undefined ? undefined : placedExecutor(executor, folder);
    const given = { ...role, ...defined({ executor: placed }) };
    const { init, variant } = given;
    const connections = { ...settings.connections, ...given.connections };
    const own = { ...settings, connections, ...defined({ init, variant }) };
    try {
      roles.push({ given, opened: await openFlow(resolve(folder, given.flow), own, apis) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(`The role "${given.role}": ${error.message}`);
    }
  }
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return {
    kind: "group",
    given: group,
    roles,
    connections: connectionsOf(roles),
    // TypeScript gives `Object.assign` of a list the type `any`.
    variables: Object.assign({}, ...roles.map(variablesOf)) as OpenedGroup["variables"],
    warnings: roles.flatMap(({ given, opened }) =>
      opened.warnings.map((warning) => `${given.role}: ${warning}`),
    ),
  };
}

function refuseFlowSettings({ init = {}, variant }: BatchSettings): void {
  if (Object.keys(init).length === 0 && variant === undefined) return;
  throw new UserError(
    "A chat group has several flows, so arguments of a class and a variant belong to a role. Give `init` and `variant` there, not with --init and --variant.",
  );
}

/** Merges the connections of all roles. The roles of a run share the names of their connections. */
function connectionsOf(roles: readonly OpenedRole[]): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  for (const { given, opened } of roles) {
    for (const [name, api] of Object.entries(opened.connections)) {
      const other = found.get(name);
      if (other !== undefined && other !== api) {
        throw new UserError(
          `The connection "${name}" stands for ${api} in the role "${given.role}", and for ${other} in another role. Rename one of them.`,
        );
      }
      found.set(name, api);
    }
  }
  return Object.fromEntries(found);
}

function variablesOf({ given, opened }: OpenedRole): Readonly<Record<string, string>> {
  return { ...opened.variables, ...given.variables };
}

export interface ReadyGroup {
  readonly flow: ReturnType<typeof chatFlow>["flow"] & object;
  readonly mapping: JsonObject;
  readonly warnings: readonly string[];
}

/**
 * Copies the code of all roles to a run's folder and loads it once. Throws a `UserError` with every
 * problem of the group.
 *
 * @param dataFolder data folder, which is never copied
 */
export async function readyGroup(
  { given, roles }: OpenedGroup,
  settings: BatchSettings,
  { staged, dataFolder }: { readonly staged: string; readonly dataFolder: string },
): Promise<ReadyGroup> {
  const flows: RoleFlow[] = [];
  for (const [index, role] of roles.entries()) {
    const folder = roleFolder(staged, index);
    await keepCode(role.opened, folder, dataFolder);
    const executor = role.given.executor ?? settings.executor;
    const own = { ...settings, ...defined({ executor }), variables: variablesFor(role, settings) };
    flows.push(await greetCode(role.opened, own, folder));
  }
  const made = chatFlow(groupOf({ given, roles }, settings, flows));
  if (made.flow) return made;
  const count = made.problems.length === 1 ? "a problem" : `${made.problems.length} problems`;
  const lines = made.problems.map((problem) => `  ${problem}`);
  throw new UserError(
    `Found ${count} in the chat group ${given.name}:\n${lines.join("\n")}\nNothing was run.`,
  );
}

/**
 * @param flows flows of the roles, in the order of the roles. @default the flows as read, without
 *   the facts that their code reports
 */
export function groupOf(
  { given, roles }: Pick<OpenedGroup, "given" | "roles">,
  settings: Pick<BatchSettings, "executor" | "variables"> = {},
  flows: readonly RoleFlow[] = [],
): GivenGroup {
  const { name, maxTurns, description } = given;
  return {
    name,
    maxTurns,
    ...defined({ description }),
    roles: roles.map((role, index) => {
      const { role: called, inputs, stopSignal, executor = settings.executor } = role.given;
      return {
        role: called,
        mapping: inputs,
        variables: variablesFor(role, settings),
        flow: flows[index] ?? role.opened.flow,
        ...defined({ stopSignal, executor }),
      };
    }),
  };
}

function variablesFor(
  role: OpenedRole,
  { variables }: Pick<BatchSettings, "variables">,
): Readonly<Record<string, string>> {
  return { ...variablesOf(role), ...variables };
}
