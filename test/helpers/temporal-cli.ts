import { getTemporalCli } from "../../src/local-server/cli/find-cli.js";
import type { TemporalCli } from "../../src/local-server/cli/find-cli.js";

/** The Temporal CLI of this machine. It is kept in the user's own cache, so that it is made once a machine. */
export function temporalCliForTests(): Promise<TemporalCli> {
  return getTemporalCli({ env: process.env });
}
