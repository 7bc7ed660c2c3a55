import { createHash } from "node:crypto";
import { cutWithHash, limitId } from "../../domain/experiment/ids.js";
import { slug } from "../index/slug.js";

// Maximum length of the key's part. Temporal's SQL schemas allow 255 characters for an id. A key
// with many slashes has many parts.
const longestParts = 240;

/** Returns the workflow id of a limit, from its key, e.g. `api/openai/gpt-4o`. */
export function limitIdOfKey(key: string): string {
  const parts = key.split("/").map(slug).join("/");
  if (parts.length <= longestParts) return limitId(parts);
  const digest = createHash("sha256").update(JSON.stringify(key)).digest("hex");
  return limitId(cutWithHash(parts, longestParts, digest));
}
