import { createHash } from "node:crypto";
import { limitId } from "../domain/ids.js";
import { slug } from "./slug.js";

// Temporal's own end is 1,000 bytes; a key of many slashes has many parts.
const longestParts = 500;

/** The workflow id of a limit, from its key as people write it, such as `api/openai/gpt-4o`. */
export function limitIdOfKey(key: string): string {
  const parts = key.split("/").map(slug).join("/");
  if (parts.length <= longestParts) return limitId(parts);
  const digest = createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 16);
  return limitId(`${parts.slice(0, longestParts - 17).replace(/%(?:u.{0,3}|.)?$/, "")}-${digest}`);
}
