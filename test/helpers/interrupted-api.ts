import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chatAnswer } from "./openai-server.js";
import { startVendorServer } from "./vendor-server.js";
import type { PlannedReply, SeenRequest, VendorServer } from "./vendor-server.js";

/** A call that the API received. */
export interface ApiCall {
  /** The number after `#` in its prompt. */
  readonly id: number;
  readonly at: number;
  readonly status: number;
}

/** A loopback API with OpenAI's protocol whose port can be closed and reopened. */
export interface InterruptedApi {
  /** Host and port. */
  readonly host: string;
  readonly calls: readonly ApiCall[];
  /** Closes the port and cuts open connections. */
  readonly closePort: () => Promise<void>;
  readonly openPort: () => Promise<void>;
  /** Writes an environment file with this API's address, and returns its name. */
  readonly writeEnvFile: (folder: string) => string;
}

/** @param statusOf returns the status for a call, from its id and its time */
export async function startInterruptedApi(
  statusOf: (id: number, atMs: number) => number = () => 200,
): Promise<InterruptedApi> {
  const calls: ApiCall[] = [];
  const reply = (request: SeenRequest): PlannedReply => {
    const id = Number(/#(\d+)/.exec(request.text)?.[1]);
    const status = statusOf(id, request.at);
    calls.push({ id, at: request.at, status });
    const error = { message: `Refused with ${status}`, type: "refused", code: null, param: null };
    return {
      status,
      body: status === 200 ? chatAnswer(`answer to #${id}`) : { error },
      delayMs: 50,
    };
  };
  let server: VendorServer = await startVendorServer(reply);
  const { host, port } = new URL(server.origin);
  return {
    host,
    calls,
    closePort: async () => server.close(),
    openPort: async () => {
      server = await startVendorServer(reply, Number(port));
    },
    writeEnvFile: (folder) => {
      const name = `api-${port}.env`;
      const lines = ["OPENAI_API_KEY=any", `OPENAI_BASE_URL=http://${host}/v1`];
      writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
      return name;
    },
  };
}
