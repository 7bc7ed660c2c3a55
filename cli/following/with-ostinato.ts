import type { Ostinato } from "../../src/client/connection/ostinato.js";
import type { Terminal } from "../output/terminal/terminal.js";

/** Connects for the length of `work`; starts the local server where none runs. */
export async function withOstinato<Result>(
  { environment, talk }: Terminal,
  work: (ostinato: Ostinato) => Promise<Result>,
): Promise<Result> {
  const { connect } = await import("../../src/client/connection/connect.js");
  const ostinato = await connect({ env: environment, onNotice: talk });
  try {
    return await work(ostinato);
  } finally {
    await ostinato.close();
  }
}
