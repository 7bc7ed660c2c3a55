import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

const dist = join(root, "dist");

/** Writes dist/build.json: the package's version, and the start of a hash of all built code. */
export function writeBuild() {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const hash = createHash("sha256");
  const scripts = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".js"));
  for (const name of scripts.sort()) hash.update(name).update(readFileSync(join(dist, name)));
  const file = join(dist, "build.json");
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(
    unfinished,
    `${JSON.stringify({ version, build: hash.digest("hex").slice(0, 12) })}\n`,
  );
  renameSync(unfinished, file);
}
