/** The fields of a `generateContent` request, except for its contents. */
import type { JsonObject } from "../../domain/json/json.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";

const thresholds: Readonly<Record<string, string>> = {
  none: "BLOCK_NONE",
  few: "BLOCK_ONLY_HIGH",
  some: "BLOCK_MEDIUM_AND_ABOVE",
  default: "BLOCK_MEDIUM_AND_ABOVE",
  most: "BLOCK_LOW_AND_ABOVE",
};

const categories = [
  "HARM_CATEGORY_DANGEROUS_CONTENT",
  "HARM_CATEGORY_HATE_SPEECH",
  "HARM_CATEGORY_HARASSMENT",
  "HARM_CATEGORY_SEXUALLY_EXPLICIT",
];

/** Returns the threshold of a `safety_filter`; `undefined` if it is unknown. */
export function thresholdOf(filter: PromptRecord[string]): string | undefined {
  const name = filter ?? "default";
  return typeof name === "string" && Object.hasOwn(thresholds, name) ? thresholds[name] : undefined;
}

/** Request fields outside of the generation config, in both accepted spellings. */
const requestKeys: readonly string[] = [
  "tools",
  "toolConfig",
  "tool_config",
  "cachedContent",
  "cached_content",
  "safetySettings",
  "safety_settings",
  "systemInstruction",
  "system_instruction",
  "serviceTier",
  "service_tier",
  "labels",
];

/** @param contents `contents` and optionally `systemInstruction` */
export function bodyOf(record: PromptRecord, contents: JsonObject): JsonObject {
  const parameters = Object.entries(record.parameters ?? {});
  const beside = Object.fromEntries(parameters.filter(([name]) => requestKeys.includes(name)));
  const config = Object.fromEntries(parameters.filter(([name]) => !requestKeys.includes(name)));
  const hasOwnSafety = "safetySettings" in beside || "safety_settings" in beside;
  const threshold = thresholdOf(record["safety_filter"]) ?? "BLOCK_MEDIUM_AND_ABOVE";
  return {
    ...contents,
    ...(!hasOwnSafety && {
      safetySettings: categories.map((category) => ({ category, threshold })),
    }),
    generationConfig: config,
    ...beside,
  };
}
