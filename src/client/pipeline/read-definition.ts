import { readFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { readDefinition as readText } from "../../pipeline/definition/definition-text.js";
import type { GivenPipeline } from "./given-pipeline.js";
export async function readDefinition(file: string): Promise<GivenPipeline> {
  const path = resolve(file);
  const read = readText(await readFile(path, "utf8"), basename(path, extname(path)));
  if (!read.definition) throw new UserError(read.problems.map(({ message }) => message).join("\n"));
  return { definition: read.definition, folder: dirname(path) };
}
