import type { Client, Connection } from "@temporalio/client";
import type { Environment } from "../../domain/environment.js";

export interface ConnectOptions {
  /** Where `TEMPORAL_…` and `OSTINATO_…` variables are looked up. @default process.env */
  readonly env?: Environment;
  /** Start a local Temporal server where none is configured and none runs. @default true */
  readonly startServer?: boolean;
  /** Told what takes time or is worth knowing: a download, a server that is started. */
  readonly onNotice?: (text: string) => void;
}

/** A connection to the Temporal server that runs the experiments. Close it, else the process lives on. */
export interface Ostinato {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  /** `host:port` */
  readonly address: string;
  /** Base address of the Temporal Web UI, where it is known. */
  readonly webUi?: string;
  /** A server of this machine, found by its port, that may be started again where it goes. */
  readonly local: boolean;
  readonly env: Environment;
  close: () => Promise<void>;
}
