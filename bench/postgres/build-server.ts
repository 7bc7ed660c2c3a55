import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../src/local-server/home/home.js";
import { runToEnd } from "./program.js";

/** Version in docker-compose.yml. */
const version = "1.29.1";
const module = "go.temporal.io/server";

export interface BuiltServer {
  readonly server: string;
  readonly sqlTool: string;
  /** Folder with the schema's versions for PostgreSQL. */
  readonly schemaFolder: string;
}

/**
 * Builds the Temporal server and its schema tool with Go, once per machine, in about two minutes.
 */
export function buildServer(say: (text: string) => void): BuiltServer {
  const folder = join(cacheFolder(process.env), `temporal-server-${version}`);
  const built = { server: join(folder, "server"), sqlTool: join(folder, "sql") };
  mkdirSync(folder, { recursive: true });
  if (!existsSync(built.server) || !existsSync(built.sqlTool)) {
    say(`building Temporal server ${version} with Go`);
    const commands = ["cmd/server", "cmd/tools/sql"].map((path) => `${module}/${path}@v${version}`);
    runGo(["install", ...commands], folder);
  }
  const { Dir } = JSON.parse(
    runGo(["mod", "download", "-json", `${module}@v${version}`], folder),
  ) as { readonly Dir: string };
  return { ...built, schemaFolder: join(Dir, "schema", "postgresql", "v12") };
}

function runGo(args: readonly string[], folder: string): string {
  try {
    return runToEnd({ path: "go", args, env: { ...process.env, GOBIN: folder }, cwd: folder });
  } catch (cause) {
    throw new Error(
      "Expected Go to build the Temporal server. Install it (https://go.dev/dl) so that `go` is on the PATH.",
      { cause },
    );
  }
}
