import { mkdtemp, open, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { Invocation } from "./command.js";
import { withFile } from "./with-file.js";

/**
 * Runs a command whose input FILE may be `-`, for stdin. Its data is saved in a file called `stdin`
 * until the command's end. Throws a `UserError` if stdin is a terminal.
 */
export async function withStdin<Result>(
  given: Invocation,
  command: (invocation: Invocation) => Promise<Result>,
): Promise<Result> {
  const invocation = withFile(given);
  if (invocation.flags.file !== "-") return await command(invocation);
  const folder = await mkdtemp(join(tmpdir(), "ostinato-stdin-"));
  let file = folder;
  try {
    file = await saveStdin(folder, invocation);
    return await command({ ...invocation, flags: { ...invocation.flags, file } });
  } catch (error) {
    throw error instanceof UserError ? namingStdin(error, file) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Replaces the temporary file's path in an error, because the user does not know this file. */
function namingStdin(error: UserError, file: string): UserError {
  const message = error.message.replaceAll(JSON.stringify(file), "stdin").replaceAll(file, "stdin");
  return new UserError(message, { cause: error });
}

async function saveStdin(folder: string, { flags, terminal }: Invocation): Promise<string> {
  if (!terminal.input) {
    throw new UserError(
      "Expected the input on stdin, got a terminal. Pipe a file: cat prompts.txt | ostinato run - --model openai/gpt-4o.",
    );
  }
  const saved = join(folder, "stdin");
  await writeFile(saved, terminal.input);
  // A table has columns that a flag must name. Without such a flag, each line is a prompt.
  const hasColumns = flags.promptColumn !== undefined || flags.template !== undefined;
  const file = `${saved}.${jsonEnding(await startOf(saved)) ?? (hasColumns ? "csv" : "txt")}`;
  await rename(saved, file);
  return file;
}

function jsonEnding(start: string): string | undefined {
  const [first] = start.replace(/^\uFEFF/, "").trimStart();
  if (first === "{") return "jsonl";
  return first === "[" ? "json" : undefined;
}

async function startOf(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4_096), 0, 4_096, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
