import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

/**
 * The bundle of the workflows as they were when the histories were recorded: what an installed
 * version runs while the next one is put in its place. It is kept packed, without its source map,
 * so that a clone without history has it too.
 */
const file = new URL("earlier-workflows.js.gz", import.meta.url);
const root = fileURLToPath(new URL("../../", import.meta.url));
const mapComment = "//# sourceMappingURL=data:";
/** The SDK wants a source map. */
const emptyMap = { version: 3, file: "earlier-workflows.js", sources: [], names: [], mappings: "" };

export function recordWorkflows({ code }: { readonly code: string }): void {
  const withoutMap = code.slice(0, code.lastIndexOf(mapComment));
  // The folder of the machine that recorded it is nobody's business.
  writeFileSync(file, gzipSync(withoutMap.replaceAll(root, "/ostinato/"), { level: 9 }));
}

export function earlierWorkflows(): { readonly code: string } {
  const map = Buffer.from(JSON.stringify(emptyMap)).toString("base64");
  const code = gunzipSync(readFileSync(file)).toString();
  return { code: `${code}${mapComment}application/json;base64,${map}` };
}
