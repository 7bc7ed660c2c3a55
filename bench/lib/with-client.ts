import { Client, Connection } from "@temporalio/client";
import type { SetUp } from "./set-up.js";

/** Connects to the server of a set-up while `work` runs. */
export async function withClient<Result>(
  setUp: SetUp,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const connection = await Connection.connect({ address: `127.0.0.1:${setUp.port}` });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
