import type { Ostinato } from "../../src/client/connection/ostinato.js";
import { defined } from "../../src/domain/defined.js";
import type { Terminal } from "../output/terminal/terminal.js";

/** Connects while `work` runs. Starts the local server if none is running. */
export async function withOstinato<Result>(
  { environment, talk, commandLine }: Terminal,
  work: (ostinato: Ostinato) => Promise<Result>,
): Promise<Result> {
  const { connect } = await import("../../src/client/connection/connect.js");
  const ostinato = await connect({
    env: environment,
    onNotice: talk,
    ...defined({ commandLine }),
  });
  try {
    return await work(ostinato);
  } finally {
    await ostinato.close();
  }
}
