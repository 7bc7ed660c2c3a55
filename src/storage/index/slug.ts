import { createHash } from "node:crypto";

import { slugOf } from "../../domain/experiment/ids.js";

/** A name as a part of a workflow id or file name. */
export function slug(name: string): string {
  return slugOf(name, (text) => createHash("sha256").update(text).digest("hex"));
}
