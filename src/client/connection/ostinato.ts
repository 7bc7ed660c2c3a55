import type { Client, Connection } from "@temporalio/client";
import type { Environment } from "../../domain/environment.js";

export interface ConnectOptions {
  /** Source of the `TEMPORAL_…` and `OSTINATO_…` variables. @default process.env */
  readonly env?: Environment;
  /** Start a local Temporal server if none is configured and none is running. @default true */
  readonly startServer?: boolean;
  /** Words of the command that starts runs. Run folders keep them. @default none */
  readonly commandLine?: readonly string[];
  /** Called with messages about slow or notable steps, e.g. a download or a server start. */
  readonly onNotice?: (text: string) => void;
}

/**
 * A connection to the Temporal server that runs the experiments. Close it, otherwise the process
 * does not exit.
 */
export interface Ostinato {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  /** `host:port` */
  readonly address: string;
  /** Base address of the Temporal Web UI, if known. */
  readonly webUi?: string;
  /**
   * True for a server on this machine that was found by its port. It may be restarted if it stops.
   */
  readonly local: boolean;
  readonly env: Environment;
  /** Words of the command that starts runs, as in `ConnectOptions`. */
  readonly commandLine?: readonly string[];
  close: () => Promise<void>;
}
