/** Reads the file of a chat group: YAML with `roles` and `max_turns`. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { defined } from "../../domain/defined.js";
import { safeName } from "../../domain/graph/check/names.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { schemaProblems } from "../../pipeline/definition/schema-problems.js";
import { statIfThere } from "../../storage/files/stat-if-there.js";
import type { ChatGroupSettings, ChatRoleSettings } from "../chat-group-settings.js";
import { Findings } from "./findings.js";
import type { Path } from "./findings.js";
import type { ReadProblem } from "./flow-reading.js";

export interface ChatGroupReading {
  /** Absent if there are problems. */
  readonly group?: ChatGroupSettings;
  readonly problems: readonly ReadProblem[];
  /** Absolute path. The paths of the roles' flows are relative to it. */
  readonly folder: string;
}

const text = z.string().min(1);
const texts = z.record(text, z.coerce.string());

const roleShape = {
  role: text,
  flow: text,
  inputs: z.record(text, z.json()),
  stop_signal: z.string().exactOptional(),
  variant: text.exactOptional(),
  init: z.record(text, z.json()).exactOptional(),
  connections: z.record(text, text).exactOptional(),
  environment_variables: texts.exactOptional(),
  executor: text.exactOptional(),
};

const groupShape = {
  $schema: z.string().exactOptional(),
  name: text.exactOptional(),
  description: z.string().exactOptional(),
  max_turns: z.number().int().min(1),
  roles: z.array(z.strictObject(roleShape)).min(2),
};

const schema = z.strictObject(groupShape);

/** Name of a chat group's file in its own folder. */
const fileName = "flow.chat.yaml";

/**
 * Reads the file of a chat group. Returns `undefined` for a place that is not a chat group, because
 * it may be another kind of flow.
 *
 * @param place absolute path of a file or a folder
 */
export async function readChatGroupFile(place: string): Promise<ChatGroupReading | undefined> {
  const path = await fileAt(place);
  if (path === undefined) return undefined;
  const findings = new Findings(basename(path), await readFile(path, "utf8"));
  const value = findings.value();
  if (!isJsonObject(value) || !Object.hasOwn(value, "roles")) return undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) addProblems(parsed.error.issues, value, findings);
  return {
    folder: dirname(path),
    problems: findings.problems,
    ...(parsed.success && { group: settingsOf(parsed.data, path) }),
  };
}

async function fileAt(place: string): Promise<string | undefined> {
  const path = (await statIfThere(place))?.isDirectory() ? join(place, fileName) : place;
  const isFile = (await statIfThere(path))?.isFile() ?? false;
  return isFile && /\.ya?ml$/i.test(path) ? path : undefined;
}

function addProblems(
  issues: readonly z.core.$ZodIssue[],
  value: JsonObject,
  findings: Findings,
): void {
  const known = { kind: "a chat group", keys: Object.keys(groupShape) };
  for (const { path, message } of schemaProblems(issues, value, known)) {
    // A path in JSON consists of names and numbers.
    findings.problem(path as Path, `The chat group: ${message}`);
  }
}

function settingsOf(read: z.infer<typeof schema>, path: string): ChatGroupSettings {
  const { name, description, max_turns: maxTurns, roles } = read;
  return {
    name: safeName(name ?? nameOf(path)),
    ...defined({ description }),
    maxTurns,
    roles: roles.map((given): ChatRoleSettings => {
      const { stop_signal: stopSignal, environment_variables: variables, ...role } = given;
      return { ...role, ...defined({ stopSignal, variables }) };
    }),
  };
}

function nameOf(path: string): string {
  const file = basename(path);
  return file === fileName ? basename(dirname(path)) : file.replace(/\.ya?ml$/i, "");
}
