import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

const schema = JSON.parse(
  readFileSync(new URL("../../docs/status.schema.json", import.meta.url), "utf8"),
) as object;
const matches = new Ajv({ allowUnionTypes: true }).compile(schema);

/**
 * Returns how a line of `status --json` differs from its documented schema; empty if it doesn't.
 */
export function schemaProblems(status: unknown): string[] {
  return matches(status)
    ? []
    : (matches.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
}
