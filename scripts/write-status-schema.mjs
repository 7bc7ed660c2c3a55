// A part of `npm run docs`: writes docs/status.schema.json, the JSON schema of `ostinato status
// --json`, from the types. With --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { createGenerator } from "ts-json-schema-generator";
import { root } from "./root.mjs";

const path = join(root, "docs", "status.schema.json");
const generator = createGenerator({
  path: join(root, "cli", "commands", "status.ts"),
  tsconfig: join(root, "cli", "tsconfig.json"),
  // `npm run types` checks them.
  skipTypeCheck: true,
  topRef: false,
});
const text = JSON.stringify(generator.createSchema("StatusLine"));
const page = await format(text, { ...(await resolveConfig(path)), filepath: path });
if (!process.argv.includes("--check")) {
  writeFileSync(path, page);
} else if (readFileSync(path, "utf8") !== page) {
  console.error("docs/status.schema.json does not match the types. Run `npm run docs`.");
  process.exitCode = 1;
}
