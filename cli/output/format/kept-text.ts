import { shellWord } from "../../../src/domain/shell-word.js";
import type { SteeringRequest } from "../../../src/client/status/untaken-requests.js";

/** Returns the message after a request to an experiment that no worker has taken. */
export function keptText(request: SteeringRequest, name: string): string {
  const follow = `ostinato follow ${shellWord(name)}`;
  return `${notDone(request, name)} Go on with \`${follow}\`, which starts a worker, or start one with \`ostinato up\`.`;
}

/** Returns the message after a request to the watch of a folder that no worker has taken. */
export function keptByWatchText(request: SteeringRequest, folder: string): string {
  return `${notDone(request, `the watch of ${folder}`)} Start one with \`ostinato up\`.`;
}

function notDone(request: SteeringRequest, name: string): string {
  return `Not done yet: no worker has taken the request to ${request} ${name}. The server keeps it for the next worker.`;
}
