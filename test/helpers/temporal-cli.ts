import { getTemporalCli } from "../../src/local-server/cli/find-cli.js";
import type { TemporalCli } from "../../src/local-server/cli/find-cli.js";

/** The Temporal CLI of this machine, in the user's own cache, so it is made once per machine. */
export function temporalCliForTests(): Promise<TemporalCli> {
  return getTemporalCli({ env: process.env });
}
