import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, delimiter, join } from "node:path";
import { getTemporalCli } from "../../src/local-server/cli/find-cli.js";
import { isListening } from "../lib/own-processes.js";
import { repository } from "../lib/repository.js";
import { waitUntil } from "../lib/wait-until.js";
import type { BuiltServer } from "./build-server.js";
import type { Cluster } from "./cluster.js";
import { runToEnd, startProgram } from "./program.js";
import type { RunningProgram } from "./program.js";

/**
 * The Temporal server of docker-compose.yml on this machine, with its scripts and its dynamic
 * configuration.
 */
export interface Temporal {
  readonly address: string;
  /** Days for which the namespace keeps ended workflows. */
  readonly retentionDays: number;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  readonly restart: () => Promise<void>;
}

export interface Places {
  readonly folder: string;
  /** A free port; the nine ports after it are free too. */
  readonly port: number;
}

const scripts = join(repository, "docker", "scripts");
const startTimeoutMs = 60_000;

/** Creates the two databases, or updates them. */
export function setUpSchema({ sqlTool, schemaFolder }: BuiltServer, cluster: Cluster): void {
  runToEnd({
    path: "sh",
    args: [join(scripts, "set-up-schema.sh")],
    env: {
      ...process.env,
      SQL_TOOL: sqlTool,
      SQL_PLUGIN: "postgres12",
      SQL_HOST: "127.0.0.1",
      SQL_PORT: cluster.port.toString(),
      SQL_USER: cluster.user,
      SQL_PASSWORD: cluster.password,
      SCHEMA_FOLDER: schemaFolder,
    },
  });
}

export async function startTemporal(
  built: BuiltServer,
  cluster: Cluster,
  places: Places,
): Promise<Temporal> {
  writeConfiguration(cluster, places);
  const { folder, port } = places;
  const launch = async (): Promise<RunningProgram> => {
    const program = startProgram({
      path: built.server,
      args: ["--root", folder, "--config", "config", "--env", "bench", "--allow-no-auth", "start"],
      logFile: join(folder, "temporal.log"),
    });
    const listens = async (): Promise<boolean> => {
      if (!program.isRunning()) throw new Error(`The Temporal server ended:\n${program.log()}`);
      return isListening(port);
    };
    await waitUntil(listens, { what: "the Temporal server", timeoutMs: startTimeoutMs });
    return program;
  };
  let program = await launch();
  const address = `127.0.0.1:${port}`;
  return {
    address,
    retentionDays: await setUpNamespace(address),
    kill: (signal) => program.kill(signal),
    restart: async () => {
      program = await launch();
    },
  };
}

async function setUpNamespace(address: string): Promise<number> {
  const cli = await getTemporalCli({ env: process.env });
  const env = {
    ...process.env,
    PATH: `${dirname(cli.path)}${delimiter}${process.env["PATH"] ?? ""}`,
    TEMPORAL_ADDRESS: address,
    NAMESPACE: "default",
    RETENTION: "30d",
  };
  runToEnd({ path: "sh", args: [join(scripts, "set-up-namespace.sh")], env });
  const args = ["operator", "namespace", "describe", "--namespace", "default", "--output", "json"];
  const described = JSON.parse(runToEnd({ path: cli.path, args, env })) as {
    readonly config: { readonly workflowExecutionRetentionTtl: string };
  };
  return Number.parseInt(described.config.workflowExecutionRetentionTtl, 10) / 86_400;
}

/**
 * Writes the configuration that the image's template makes from docker-compose.yml, with separate
 * ports. JSON is valid YAML.
 */
function writeConfiguration(cluster: Cluster, { folder, port }: Places): void {
  const config = join(folder, "config");
  const dynamic = join(config, "ostinato.yaml");
  mkdirSync(config);
  cpSync(join(repository, "docker", "dynamicconfig", "ostinato.yaml"), dynamic);
  const service = (at: number, more: object = {}) => ({
    rpc: { grpcPort: port + at, membershipPort: port + at + 1, bindOnIP: "127.0.0.1", ...more },
  });
  const content = {
    log: { stdout: true, level: "warn" },
    persistence: {
      numHistoryShards: 4,
      defaultStore: "default",
      visibilityStore: "visibility",
      datastores: {
        default: { sql: store(cluster, "temporal", 20) },
        visibility: { sql: store(cluster, "temporal_visibility", 10) },
      },
    },
    global: { membership: { maxJoinDuration: "30s", broadcastAddress: "127.0.0.1" } },
    services: {
      frontend: service(0, { httpPort: port + 8 }),
      matching: service(2),
      history: service(4),
      worker: service(6),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: "active",
      currentClusterName: "active",
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: "frontend",
          rpcAddress: `127.0.0.1:${port}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: "noop" },
    dynamicConfigClient: { filepath: dynamic, pollInterval: "60s" },
  };
  writeFileSync(join(config, "bench.yaml"), JSON.stringify(content, null, 2));
}

function store(cluster: Cluster, databaseName: string, connections: number): object {
  return {
    pluginName: "postgres12",
    databaseName,
    connectAddr: `127.0.0.1:${cluster.port}`,
    connectProtocol: "tcp",
    user: cluster.user,
    password: cluster.password,
    maxConns: connections,
    maxIdleConns: connections,
    maxConnLifetime: "1h",
  };
}
