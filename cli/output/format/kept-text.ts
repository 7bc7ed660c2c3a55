import type { SteeringRequest } from "../../../src/client/status/untaken-requests.js";

/** Message after a request that no worker has taken. `name` is an experiment or a folder. */
export function keptText(request: SteeringRequest, name: string): string {
  return `Not done yet: no worker has taken the request to ${request} ${name}. The server keeps it for the next worker. Start one with \`ostinato up\`.`;
}
