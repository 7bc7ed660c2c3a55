import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { defined } from "../../domain/defined.js";
import type { GitState, StartFacts } from "../../domain/experiment/experiment.js";
import { keptCommandLine, namesSecret } from "../../domain/secret-words.js";
import { readEnvironment } from "../../providers/access/environment.js";
import { priceData } from "../../providers/prices/catalogue.js";
import type { Ostinato } from "../connection/ostinato.js";

interface Start {
  /** Folder from which the input comes. */
  readonly origin: string | undefined;
  readonly envFile: string;
}

/**
 * Returns the facts about a start that its run keeps: the command line without secrets, and the
 * commit.
 */
export async function startFactsOf(
  { commandLine, env }: Pick<Ostinato, "commandLine" | "env">,
  { origin, envFile }: Start,
): Promise<StartFacts> {
  const here = process.cwd();
  const ofOrigin = origin === undefined || origin === here ? undefined : await gitStateOf(origin);
  const git = ofOrigin ?? (await gitStateOf(here));
  const secrets = secretsIn(await readEnvironment(envFile, env));
  const command = commandLine && keptCommandLine(commandLine, secrets);
  const prices = `${priceData.name} ${priceData.version}, ${priceData.date}`;
  return { ...defined({ command, git }), prices };
}

/**
 * Minimum length of a secret. Shorter values are names and switches, which occur in other words by
 * chance.
 */
const shortestSecret = 6;

function secretsIn(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value = ""]) =>
    namesSecret(name) && value.length >= shortestSecret ? [value] : [],
  );
}

const run = promisify(execFile);
const patienceMs = 3_000;

/**
 * The commit of a folder. Absent without git, outside of a repository, and before a first commit.
 */
export async function gitStateOf(folder: string): Promise<GitState | undefined> {
  const question = ["status", "--porcelain=v2", "--branch", "--untracked-files=no"];
  try {
    const { stdout } = await run(
      "git",
      // The repository's configuration may name a program as file monitor, which must not run.
      ["-C", folder, "-c", "core.fsmonitor=false", ...question],
      { timeout: patienceMs, env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" }, maxBuffer: 1 << 26 },
    );
    const lines = stdout.split("\n");
    const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(stdout)?.[1];
    const dirty = lines.some((line) => line !== "" && !line.startsWith("#"));
    return commit === undefined ? undefined : { commit, dirty };
  } catch {
    return undefined;
  }
}
