import { limitId } from "../domain/ids.js";
import { slug } from "./slug.js";

/** The workflow id of a limit, from its key as people write it, such as `api/openai/gpt-4o`. */
export function limitIdOfKey(key: string): string {
  return limitId(key.split("/").map(slug).join("/"));
}
