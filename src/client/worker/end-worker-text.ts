import type { WorkerFile } from "../../local-server/worker/worker-files.js";

/**
 * The way to end a worker, in words that follow `to` and with a command to paste. A worker that is
 * a child of a command would be started again, so the command itself has to end.
 */
export function endWorkerText({ role, pid }: Pick<WorkerFile, "role" | "pid">): string {
  switch (role) {
    case "background":
      return "end the worker with `ostinato down`";
    case "child":
      return `press Ctrl-C in the terminal of the command that started the worker, or run \`kill $(ps -o ppid= -p ${pid})\``;
    case "foreground":
      return `end the worker with \`kill ${pid}\``;
  }
}
