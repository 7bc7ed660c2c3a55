import type { ConnectionOptions } from "@temporalio/client";
import type { ClientConnectConfig } from "@temporalio/envconfig";
import { Client, Connection, loadClientConnectConfig } from "./temporal.js";
import { defined } from "../../domain/defined.js";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { findLocalServer, startLocalServer } from "../../local-server/server/server.js";
import type { LocalServer } from "../../local-server/server/server.js";
import { ServerUnavailableError } from "../../local-server/server/server-unavailable-error.js";
import { localPort } from "../../local-server/home/home.js";
import { channelArgsFor } from "./channel-args.js";
import { isNotFound, isServerGone } from "./is-server-gone.js";
import { hasOpenExperiments, prepareNamespace } from "./local-namespace.js";
import type { Environment } from "../../domain/environment.js";
import type { ConnectOptions, Ostinato } from "./ostinato.js";
import { retriesUntilClosed } from "./retries-until-closed.js";

const connectTimeoutMs = 5_000;
/**
 * Timeout for the first answer of a new server, in ms. On a busy machine the server accepts
 * connections many seconds before it answers.
 */
const startTimeoutMs = 30_000;
const defaultNamespace = "default";

/**
 * Connects to the Temporal server. Uses the first of these:
 *
 * 1. the server of `TEMPORAL_ADDRESS` or of a Temporal profile
 * 2. the server on this machine's `OSTINATO_TEMPORAL_PORT`
 * 3. a new server on that port, which keeps running
 *
 * Throws a `ServerUnavailableError`, and a `UserError` for a wrong setting.
 */
export async function connect(options: ConnectOptions = {}): Promise<Ostinato> {
  return { ...(await connectTo(options)), ...defined({ commandLine: options.commandLine }) };
}

async function connectTo(options: ConnectOptions): Promise<Ostinato> {
  const env = options.env ?? process.env;
  const config = readConfig(env);
  const namespace = config.namespace ?? defaultNamespace;
  if (config.connectionOptions.address !== undefined) {
    return await connectConfigured(config, namespace, env);
  }
  const server = await localServer(options, env);
  const opened = await open(
    { address: server.address },
    () => "something else may listen there. Set `OSTINATO_TEMPORAL_PORT` to a free port",
  );
  // The default namespace always exists.
  if (namespace !== defaultNamespace) await requireNamespace(opened, namespace);
  return {
    ...toOstinato({ ...opened, namespace, env }),
    ...defined({ webUi: server.webUi }),
    local: true,
  };
}

/** True if no server is set and none runs on this machine, so that a connection would start one. */
export async function isServerless(env: Environment): Promise<boolean> {
  if (readConfig(env).connectionOptions.address !== undefined) return false;
  return (await findLocalServer(env)) === undefined;
}

/** Options for another connection to the same server, for example a worker's. */
export function connectionOptionsOf({
  address,
  env,
  local,
}: Ostinato): ClientConnectConfig["connectionOptions"] {
  // A key or certificate for another server does not apply to the local one.
  return local ? { address } : { ...readConfig(env).connectionOptions, address };
}

/** Restarts the local server if it is gone. The open connection reconnects by itself. */
export async function restartServer(
  ostinato: Ostinato,
  onNotice?: (text: string) => void,
): Promise<void> {
  await localServer(onNotice === undefined ? {} : { onNotice }, ostinato.env);
}

async function localServer(options: ConnectOptions, env: Environment): Promise<LocalServer> {
  if (options.startServer === false) {
    const found = await findLocalServer(env);
    if (found) return found;
    throw new ServerUnavailableError(
      `No Temporal server on 127.0.0.1:${localPort(env)}. Start one with \`ostinato up\`, ` +
        "or set TEMPORAL_ADDRESS to a server that runs.",
    );
  }
  return await startLocalServer({
    env,
    onProgress: ({ text, receivedBytes }) => {
      if (receivedBytes === undefined) options.onNotice?.(text);
    },
    onStarted: (address) => onConnection(address, prepareNamespace),
    hasOpenExperiments: (address) => onConnection(address, hasOpenExperiments),
  });
}

/** Connects to a server that was just started. */
async function onConnection<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const { connection, close } = await open({ address }, () => "see its log", startTimeoutMs);
  try {
    return await work(new Client({ connection, namespace: defaultNamespace }));
  } finally {
    await close();
  }
}

async function connectConfigured(
  config: ClientConnectConfig,
  namespace: string,
  env: Environment,
): Promise<Ostinato> {
  const source =
    env["TEMPORAL_ADDRESS"] === undefined ? "the Temporal profile" : "`TEMPORAL_ADDRESS`";
  // envconfig types its options as the worker's. The fields that it sets are the same for a client.
  const given = config.connectionOptions as ConnectionOptions;
  const opened = await open(
    given,
    () =>
      `${source} names it, so no other is tried. Start that server, or unset ${source} to use a local one`,
  );
  await requireNamespace(opened, namespace);
  const webUi = env["OSTINATO_WEB_UI"]?.replace(/\/+$/, "");
  return {
    ...toOstinato({ ...opened, namespace, env }),
    ...(webUi !== undefined && webUi !== "" && { webUi }),
    local: false,
  };
}

function readConfig(env: Environment): ClientConnectConfig {
  const set = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  try {
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) });
  } catch (error) {
    throw new UserError(
      `The Temporal profile can't be read: ${errorText(error)}. ` +
        "Repair `TEMPORAL_CONFIG_FILE`, `TEMPORAL_PROFILE` or the file that they name.",
      { cause: error },
    );
  }
}

interface Opened {
  readonly connection: Connection;
  readonly close: () => Promise<void>;
}

async function open(
  options: ConnectionOptions,
  hint: () => string,
  timeoutMs = connectTimeoutMs,
): Promise<Opened> {
  const address = options.address ?? "";
  const retries = retriesUntilClosed();
  try {
    const connection = await Connection.connect({
      ...options,
      channelArgs: channelArgsFor(address),
      connectTimeout: timeoutMs,
      interceptors: retries.interceptors,
    });
    const close = async (): Promise<void> => {
      retries.end();
      await connection.close();
    };
    return { connection, close };
  } catch (error) {
    throw new ServerUnavailableError(
      `No Temporal server answers at ${address} (${reasonOf(error, timeoutMs)}): ${hint()}.`,
      { cause: error },
    );
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (isServerGone(error)) return `not within ${timeoutMs / 1_000} s`;
  return errorText(error);
}

function toOstinato(
  made: Opened & { readonly namespace: string; readonly env: Environment },
): Omit<Ostinato, "local" | "webUi"> {
  const { connection, close, namespace, env } = made;
  return {
    client: new Client({ connection, namespace }),
    connection,
    namespace,
    env,
    address: connection.options.address,
    close,
  };
}

/**
 * Throws a `UserError` if the namespace does not exist, after it has closed the connection. Without
 * permission to read namespaces, the first call that uses the namespace reports that it is missing.
 */
async function requireNamespace({ connection, close }: Opened, namespace: string): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + connectTimeoutMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    if (!isNotFound(error)) return;
    await close();
    throw new UserError(
      `The Temporal server at ${connection.options.address} has no namespace "${namespace}". Set \`TEMPORAL_NAMESPACE\` ` +
        `to one that is there, or make it: \`temporal operator namespace create --namespace ${namespace} --retention 30d\`.`,
      { cause: error },
    );
  }
}
