import type { Entry } from "./entry.js";
import {
  batchCommands,
  judgeCommands,
  limitsCommands,
  mediaCommands,
  pipelineCommands,
  watchCommands,
} from "./subcommands.js";

/** All commands, in the order of `--help`. */
export const catalogue: readonly Entry[] = [
  {
    name: "init",
    arguments: [],
    summary: "write an example input, a judge folder and an ostinato.json here",
    load: async () => (await import("../commands/init.js")).init,
  },
  {
    name: "run",
    arguments: ["[FILE]"],
    summary: "start an experiment and follow it",
    load: async () => (await import("../commands/run.js")).run,
  },
  {
    name: "pipeline",
    arguments: [],
    summary: "run a graph of steps over rows",
    commands: pipelineCommands,
  },
  {
    name: "batch",
    arguments: [],
    summary: "run a flow over lines, as promptflow does",
    commands: batchCommands,
  },
  {
    name: "watch",
    arguments: [],
    summary: "run every file that is dropped into the input folder",
    load: async () => (await import("../commands/watch/watch.js")).watch,
    commands: watchCommands,
  },
  {
    name: "check",
    arguments: ["[FILE]"],
    summary: "check an experiment file, and change nothing",
    load: async () => (await import("../commands/check.js")).check,
  },
  {
    name: "plan",
    arguments: ["[FILE]"],
    summary: "estimate the calls, tokens, cost and time of an experiment, and send nothing",
    load: async () => (await import("../commands/plan.js")).plan,
  },
  {
    name: "list",
    arguments: ["[PATTERN]"],
    summary: "list experiments, e.g. those named 'pilot*'",
    load: async () => (await import("../commands/list.js")).list,
  },
  {
    name: "status",
    arguments: ["[NAME]"],
    summary: "show the status of an experiment, or of all that are running",
    load: async () => (await import("../commands/status.js")).status,
  },
  {
    name: "follow",
    arguments: ["<NAME>"],
    summary: "follow an experiment to its end",
    load: async () => (await import("../commands/follow.js")).follow,
  },
  {
    name: "why",
    arguments: ["<NAME>", "<ID>"],
    summary: "tell what happened to one record, and what comes next",
    load: async () => (await import("../commands/why.js")).why,
  },
  {
    name: "pause",
    arguments: ["<NAME>"],
    summary: "send nothing more until `resume`; calls in flight finish",
    load: async () => (await import("../commands/steer/pause.js")).pause,
  },
  {
    name: "resume",
    arguments: ["<NAME>"],
    summary: "continue after `pause`, or after you fixed a key or a quota",
    load: async () => (await import("../commands/steer/resume.js")).resume,
  },
  {
    name: "cancel",
    arguments: ["<NAME>"],
    summary: "end an experiment and record what was not sent as failed",
    load: async () => (await import("../commands/steer/cancel.js")).cancel,
  },
  {
    name: "change",
    arguments: ["<NAME>"],
    summary: "change the pace or the maximum cost of a running experiment",
    load: async () => (await import("../commands/steer/change.js")).change,
  },
  {
    name: "limits",
    arguments: [],
    summary: "show the limits that are in use",
    load: async () => (await import("../commands/limits/limits.js")).limits,
    commands: limitsCommands,
  },
  {
    name: "retry-failed",
    arguments: ["<NAME>"],
    summary: "run the failed records of a finished experiment again",
    load: async () => (await import("../commands/steer/retry-failed.js")).retryFailedRecords,
  },
  {
    name: "rm",
    arguments: ["<NAMES...>"],
    summary: "remove ended experiments, with their files",
    load: async () => (await import("../commands/rm.js")).remove,
  },
  {
    name: "judge",
    arguments: ["<NAME>"],
    summary: "have judges rate the answers of a finished experiment or a completed file",
    load: async () => (await import("../commands/judge/judge.js")).judge,
    commands: judgeCommands,
  },
  {
    name: "results",
    arguments: ["<NAME|FILE>"],
    summary: "write the results so far, as JSONL, CSV, Markdown or Parquet",
    load: async () => (await import("../commands/results.js")).results,
  },
  {
    name: "report",
    arguments: ["<NAME>", "[OTHER]"],
    summary: "write a run, or a comparison of two, as one web page",
    load: async () => (await import("../commands/report.js")).report,
  },
  {
    name: "view",
    arguments: [],
    summary: "serve the reports of all runs as a live web page",
    load: async () => (await import("../commands/view.js")).view,
  },
  {
    name: "missing",
    arguments: ["[INPUT]", "[OUTPUTS...]"],
    summary: "write the input records that have no completed answer",
    load: async () => (await import("../commands/missing.js")).missing,
  },
  {
    name: "media",
    arguments: [],
    summary: "manage the media files of experiments",
    commands: mediaCommands,
  },
  {
    name: "score",
    arguments: ["<NAME|FILE>"],
    summary: "score the answers of a finished experiment or a completed file",
    load: async () => (await import("../commands/score.js")).score,
  },
  {
    name: "compare",
    arguments: ["<A>", "[B]"],
    summary: "compare the scores of two runs, or of the models of one run, record by record",
    load: async () => (await import("../commands/compare.js")).compare,
  },
  {
    name: "up",
    arguments: [],
    summary: "keep a Temporal server and a worker running",
    load: async () => (await import("../commands/up.js")).up,
  },
  {
    name: "down",
    arguments: [],
    summary: "stop the local Temporal server and the background workers",
    load: async () => (await import("../commands/down.js")).down,
  },
  {
    name: "worker",
    arguments: [],
    summary: "run a worker in the foreground, for any Temporal server",
    load: async () => (await import("../commands/worker.js")).worker,
  },
  {
    name: "serve-model",
    arguments: ["<MODEL>"],
    summary: "serve a local model over prompto's and OpenAI's protocols",
    load: async () => (await import("../commands/serve-model.js")).serve,
  },
  {
    name: "doctor",
    arguments: [],
    summary: "show what is set up and what is missing",
    load: async () => (await import("../commands/doctor.js")).doctor,
  },
];

/** Every command with its full name, each followed by its subcommands. */
export function everyCommand(
  entries: readonly Entry[] = catalogue,
  before: readonly string[] = [],
): readonly { readonly words: readonly string[]; readonly entry: Entry }[] {
  return entries.flatMap((entry) => {
    const words = [...before, entry.name];
    return [{ words, entry }, ...everyCommand(entry.commands ?? [], words)];
  });
}
