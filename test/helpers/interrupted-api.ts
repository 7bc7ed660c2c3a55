import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chatAnswer } from "./openai-server.js";
import { startVendorServer } from "./vendor-server.js";
import type { PlannedReply, SeenRequest, VendorServer } from "./vendor-server.js";

/** A call as the API saw it. */
export interface ApiCall {
  /** The number after `#` in its prompt. */
  readonly id: number;
  readonly at: number;
  readonly status: number;
}

/** An API that speaks OpenAI's protocol on loopback, and whose port can be closed and opened again. */
export interface InterruptedApi {
  /** Host and port. */
  readonly host: string;
  readonly calls: readonly ApiCall[];
  /** Nobody listens any more; open connections are cut. */
  readonly closePort: () => Promise<void>;
  readonly openPort: () => Promise<void>;
  /** Writes an environment file that names this API, and returns its name. */
  readonly writeEnvFile: (folder: string) => string;
}

/** @param statusOf what a call is answered with, given its id and when it came */
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
