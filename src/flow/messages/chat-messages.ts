/**
 * Splits a rendered chat template into messages as promptflow's `parse_chat` does. A line such as
 * `# system:` begins a message.
 */
import { RowError } from "../../domain/graph/walk/step-value.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { rolesNeeded } from "./lacks-roles.js";
import { contentOf } from "./images.js";
import type { Images } from "./images.js";
import { readPythonList } from "./python-list.js";

const roles = "system|user|assistant|function|tool";

/**
 * Matches the start of a message. A line has one role; `^` would also match after a carriage
 * return.
 */
const separator = new RegExp(`(?<![^\\n])\\s*#?\\s*(${roles})\\s*:\\s*\\n`, "i");

/** Matches role lines in the values of a template. The last one may have no line end. */
export const roleLines = new RegExp(`(?<![^\\n])(\\s*#?\\s*)(${roles})(\\s*:\\s*(?:\\n|$))`, "gi");

/** A message while its parts are read. */
interface Draft {
  readonly role: string;
  content?: JsonValue;
  name?: string;
  tool_call_id?: string;
  tool_calls?: JsonValue;
}

/**
 * @param images images by the text that stands for each of them on its own line
 * @throws RowError for a text without a role, and for a message of a tool or a function without its
 *   name
 */
export function chatMessages(text: string, images: Images = new Map()): readonly JsonObject[] {
  const drafts: Draft[] = [];
  for (const chunk of text.split(separator)) {
    const last = drafts.at(-1);
    if (last?.role === "assistant") {
      const calls = toolCallsIn(chunk);
      if (calls) {
        last.tool_calls = calls;
        continue;
      }
    }
    if (last && last.content === undefined && last.tool_calls === undefined)
      fill(last, chunk, images);
    else if (chunk.trim() !== "") drafts.push({ role: roleOf(chunk) });
  }
  // All parts of a draft are JSON values.
  return drafts as unknown as readonly JsonObject[];
}

function fill(draft: Draft, chunk: string, images: Images): void {
  const isTool = draft.role === "tool";
  const headed = headerAndContent(chunk, isTool ? "tool_call_id" : "name");
  if (!headed && (isTool || draft.role === "function")) {
    const header = isTool ? "tool_call_id" : "name";
    throw new RowError(
      "InvalidChatTemplate",
      `The message of the role "${draft.role}" has no \`${header}\`. Write it as ${header}:, the value on the next line, content:, and the content behind it.`,
    );
  }
  if (headed) draft[isTool ? "tool_call_id" : "name"] = headed.value;
  draft.content = contentOf(headed?.content ?? chunk, images);
}

function headerAndContent(
  chunk: string,
  header: string,
): { readonly value: string; readonly content: string } | undefined {
  const pattern = new RegExp(
    `\\n*#{0,2}\\s*${header}\\s*:\\s*\\n+\\s*(\\S+)\\s*\\n*#{0,2}\\s*content\\s*:\\s*\\n?(.*)`,
    "s",
  );
  const [, value, content = ""] = pattern.exec(chunk) ?? [];
  return value === undefined ? undefined : { value, content };
}

function toolCallsIn(chunk: string): JsonValue | undefined {
  const [, list] = /\n*#{0,2}\s*tool_calls\s*:\s*\n+\s*(\[.*?\])\s*$/s.exec(chunk) ?? [];
  return list === undefined ? undefined : readPythonList(list);
}

function roleOf(chunk: string): string {
  const role = chunk.trim().toLowerCase();
  if (roles.split("|").includes(role)) return role;
  const start = chunk.trim().slice(0, 60).split("\n")[0] ?? "";
  throw new RowError(
    "InvalidChatTemplate",
    `The rendered chat template begins with ${JSON.stringify(start)}. ${rolesNeeded}`,
  );
}
