import { defined } from "../../domain/defined.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { partsOf } from "./messages.js";

/**
 * Converts chat messages to the `input` of the Responses API. This API names parts by their author
 * and has its own items for tools (https://platform.openai.com/docs/guides/migrate-to-responses).
 * Its own items, which have a `type` and no `role`, are sent unchanged.
 */
export function responsesInputOf(messages: readonly JsonObject[]): readonly JsonObject[] {
  return messages.flatMap((message) => {
    const { role = "user", type, tool_calls: calls, tool_call_id: callId, ...rest } = message;
    if (type !== undefined && message["role"] === undefined) return [message];
    const content = contentOf(message);
    if (role === "tool" && callId !== undefined) {
      return [{ type: "function_call_output", call_id: callId, output: content ?? "" }];
    }
    const isSaying = content !== undefined || !isJsonArray(calls);
    const said = { ...rest, role, ...defined({ content }) };
    return [...(isSaying ? [said] : []), ...(isJsonArray(calls) ? calls.map(toCallItem) : [])];
  });
}

/**
 * Returns the content of a message; `undefined` for a message without content, such as a tool call.
 */
function contentOf(message: JsonObject): JsonValue | undefined {
  const { role, content = null } = message;
  if (content === null) return undefined;
  if (!isJsonArray(content) && !isJsonObject(content)) return content;
  const textType = role === "assistant" ? "output_text" : "input_text";
  return partsOf(message).map((part) => toInputPart(part, textType));
}

function toInputPart(part: JsonValue, textType: string): JsonValue {
  if (!isJsonObject(part)) return part;
  const { type, image_url: image, file, ...rest } = part;
  if (type === "text") return { ...rest, type: textType };
  if (type === "file" && isJsonObject(file)) return { ...rest, ...file, type: "input_file" };
  if (type !== "image_url" || !isJsonObject(image)) return part;
  const { url = null, ...details } = image;
  return { ...rest, ...details, type: "input_image", image_url: url };
}

function toCallItem(call: JsonValue): JsonObject {
  const { id = null, function: called } = isJsonObject(call) ? call : {};
  return { type: "function_call", call_id: id, ...(isJsonObject(called) && called) };
}
