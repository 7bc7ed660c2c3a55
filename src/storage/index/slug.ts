import { createHash } from "node:crypto";

import { slugOf } from "../../domain/experiment/ids.js";

/** Returns a name in the form for workflow ids and file names. */
export function slug(name: string): string {
  return slugOf(name, (text) => createHash("sha256").update(text).digest("hex"));
}
