import { resolve } from "node:path";
import type { Flow } from "../../domain/flow/flow.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { ChatGroupSettings } from "../../flow/chat-group-settings.js";
import { readChatGroupFile } from "../../flow/dialects/chat-group-file.js";
import type { DataFolder } from "../../storage/data-folder.js";
import type { BatchSettings } from "./batch-settings.js";
import { greetCode } from "./greet-code.js";
import { keepCode } from "./keep-code.js";
import { openChatGroup, readyGroup } from "./open-chat-group.js";
import type { OpenedGroup, OpenPlace } from "./open-chat-group.js";
import { openFlow, refusedFlow, refuseOverrides } from "./open-flow.js";
import type { OpenedFlow } from "./open-flow.js";
import { withInputs } from "./with-inputs.js";

/** Path of a flow or chat group (file or folder), path of a module with a flow, or a chat group. */
export type GivenFlow = string | ChatGroupSettings;

/**
 * Opens a flow or a chat group. Throws a `UserError` with every problem of the flow, or of all
 * roles of the group.
 */
export async function openGiven(
  given: GivenFlow,
  settings: BatchSettings,
  { folder, apis }: OpenPlace,
): Promise<OpenedFlow | OpenedGroup> {
  if (typeof given !== "string") {
    refuseOverrides(given.name, settings);
    return openChatGroup(given, settings, { folder: resolve(folder), apis });
  }
  const place = resolve(folder, given);
  const read = await readChatGroupFile(place);
  if (!read) return openFlow(place, settings, apis);
  if (!read.group) throw refusedFlow(place, read.problems);
  refuseOverrides(place, settings);
  return openChatGroup(read.group, settings, { folder: read.folder, apis });
}

/** Returns the default name of the flow's runs. */
export function nameOfFlow(opened: OpenedFlow | OpenedGroup): string {
  return opened.kind === "group" ? opened.given.name : opened.flow.name;
}

/** A flow whose code was copied to its run's folder and has reported its inputs. */
export interface ReadyFlow {
  readonly flow: Flow;
  /** Mapping of the settings, which overrides the mapping of a chat group. */
  readonly mapping: Readonly<Record<string, JsonValue>>;
  readonly warnings: readonly string[];
}

export interface ReadyPlace {
  readonly folder: string;
  readonly data: Pick<DataFolder, "path" | "output">;
  /** Folder that receives the code. */
  readonly staged: string;
}

/**
 * Copies the code of a flow to the folder of its run and loads the code once. Throws a `UserError`
 * with every problem.
 */
export async function readyFlow(
  opened: OpenedFlow | OpenedGroup,
  settings: BatchSettings,
  { folder, data, staged }: ReadyPlace,
): Promise<ReadyFlow> {
  if (opened.kind === "group") {
    const ready = await readyGroup(opened, settings, { staged, dataFolder: data.path });
    return { ...ready, mapping: { ...ready.mapping, ...settings.mapping } };
  }
  await keepCode(opened, staged, data.path);
  const told = await greetCode(opened, settings, staged);
  const flow = await withInputs(told, { settings, folder, output: data.output });
  return { flow, mapping: settings.mapping ?? {}, warnings: [] };
}
