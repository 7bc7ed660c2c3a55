import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { BareLoop, BareLoopFigures } from "./bare-loop.js";
import { repository } from "./repository.js";

const program = fileURLToPath(new URL("bare-loop.ts", import.meta.url));

/** Runs a loop over the vendor's client in a separate process. */
export async function runBareLoop(loop: BareLoop): Promise<BareLoopFigures> {
  const args = ["--import", "tsx", program, JSON.stringify(loop)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repository });
  return JSON.parse(stdout) as BareLoopFigures;
}
