import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { repository } from "./repository.js";

const cache = join(repository, "node_modules/.cache/ostinato");
const compiled = new Map<string, Promise<string>>();

/**
 * Compiles a program with its imports and returns the path of the JavaScript. A start through `tsx`
 * takes most of a second of processor time, and tests start such programs often.
 */
export function compiledProgram(path: string): Promise<string> {
  const known = compiled.get(path) ?? compile(path);
  compiled.set(path, known);
  return known;
}

async function compile(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "esm",
    write: false,
  });
  const text = outputFiles.map((file) => file.text).join("");
  const sum = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const file = join(cache, `${basename(path, ".ts")}-${sum}.mjs`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
  return file;
}
