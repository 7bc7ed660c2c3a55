import type { Entry } from "./entry.js";
import {
  batchCommands,
  judgeCommands,
  limitsCommands,
  mediaCommands,
  pipelineCommands,
  watchCommands,
} from "./subcommands.js";

/** Headings of `--help`. */
const starting = { group: "Start:" } as const;
const looking = { group: "Look:" } as const;
const steering = { group: "Steer:" } as const;
const answers = { group: "Answers:" } as const;
const machine = { group: "Server, models and files:" } as const;

/** All commands, in the order of `--help`. */
export const catalogue: readonly Entry[] = [
  {
    ...starting,
    name: "init",
    arguments: [],
    summary: "write an example input, a judge folder and an ostinato.json here",
    load: async () => (await import("../commands/init.js")).init,
  },
  {
    ...starting,
    name: "check",
    arguments: ["[FILE]"],
    summary: "check an experiment file, and change nothing",
    load: async () => (await import("../commands/check.js")).check,
  },
  {
    ...starting,
    name: "plan",
    arguments: ["[FILE]"],
    summary: "estimate the calls, tokens, cost and time of an experiment, and send nothing",
    load: async () => (await import("../commands/plan.js")).plan,
  },
  {
    ...starting,
    name: "run",
    arguments: ["[FILE]"],
    summary: "start an experiment and follow it",
    load: async () => (await import("../commands/run.js")).run,
  },
  {
    ...starting,
    name: "watch",
    arguments: [],
    summary: "run every file that is dropped into the input folder",
    load: async () => (await import("../commands/watch/watch.js")).watch,
    commands: watchCommands,
  },
  {
    ...starting,
    name: "pipeline",
    arguments: [],
    summary: "run a graph of steps over rows",
    commands: pipelineCommands,
  },
  {
    ...starting,
    name: "batch",
    arguments: [],
    summary: "run a flow over lines, as promptflow does",
    commands: batchCommands,
  },
  {
    ...starting,
    name: "retry-failed",
    arguments: ["<NAME>"],
    summary: "run the failed records of a finished experiment again",
    load: async () => (await import("../commands/steer/retry-failed.js")).retryFailedRecords,
  },
  {
    ...looking,
    name: "list",
    arguments: ["[PATTERN]"],
    summary: "list experiments, e.g. those named 'pilot*'",
    load: async () => (await import("../commands/list.js")).list,
  },
  {
    ...looking,
    name: "status",
    arguments: ["[NAME]"],
    summary: "show the status of an experiment, or of all that are running",
    load: async () => (await import("../commands/status.js")).status,
  },
  {
    ...looking,
    name: "follow",
    arguments: ["<NAME>"],
    summary: "follow an experiment to its end",
    load: async () => (await import("../commands/follow.js")).follow,
  },
  {
    ...looking,
    name: "why",
    arguments: ["<NAME>", "<ID|LINE>"],
    summary: "tell what happened to one record, by its id or its line of the input",
    load: async () => (await import("../commands/why.js")).why,
  },
  {
    ...looking,
    name: "view",
    arguments: [],
    summary: "serve the reports of all runs as a live web page",
    load: async () => (await import("../commands/view.js")).view,
  },
  {
    ...looking,
    name: "limits",
    arguments: [],
    summary: "show the limits that are in use",
    load: async () => (await import("../commands/limits/limits.js")).limits,
    commands: limitsCommands,
  },
  {
    ...looking,
    name: "doctor",
    arguments: [],
    summary: "show what is set up and what is missing",
    load: async () => (await import("../commands/doctor.js")).doctor,
  },
  {
    ...steering,
    name: "pause",
    arguments: ["<NAME>"],
    summary: "send nothing more until `resume`; calls in flight finish",
    load: async () => (await import("../commands/steer/pause.js")).pause,
  },
  {
    ...steering,
    name: "resume",
    arguments: ["<NAME>"],
    summary: "continue after `pause`, or after you fixed a key or a quota",
    load: async () => (await import("../commands/steer/resume.js")).resume,
  },
  {
    ...steering,
    name: "change",
    arguments: ["<NAME>"],
    summary: "change the pace or the maximum cost of a running experiment",
    load: async () => (await import("../commands/steer/change.js")).change,
  },
  {
    ...steering,
    name: "cancel",
    arguments: ["<NAME>"],
    summary: "end an experiment and record what was not sent as failed",
    load: async () => (await import("../commands/steer/cancel.js")).cancel,
  },
  {
    ...steering,
    name: "rm",
    arguments: ["<NAMES...>"],
    summary: "remove ended experiments, with their files",
    load: async () => (await import("../commands/rm.js")).rm,
  },
  {
    ...answers,
    name: "results",
    arguments: ["<NAME|FILE>"],
    summary: "write the results so far, as JSONL, CSV, Markdown or Parquet",
    load: async () => (await import("../commands/results.js")).results,
  },
  {
    ...answers,
    name: "report",
    arguments: ["<NAME>", "[OTHER]"],
    summary: "write a run, or a comparison of two, as one web page",
    load: async () => (await import("../commands/report.js")).report,
  },
  {
    ...answers,
    name: "score",
    arguments: ["<NAME|FILE>"],
    summary: "score the answers of a finished experiment or a completed file",
    load: async () => (await import("../commands/score.js")).score,
  },
  {
    ...answers,
    name: "judge",
    arguments: ["<NAME>"],
    summary: "have judges rate the answers of a finished experiment or a completed file",
    load: async () => (await import("../commands/judge/judge.js")).judge,
    commands: judgeCommands,
  },
  {
    ...answers,
    name: "compare",
    arguments: ["<A>", "[B]"],
    summary: "compare the scores of two runs, or of the models of one run, record by record",
    load: async () => (await import("../commands/compare.js")).compare,
  },
  {
    ...answers,
    name: "missing",
    arguments: ["[INPUT]", "[OUTPUTS...]"],
    summary: "write the input records that have no completed answer",
    load: async () => (await import("../commands/missing.js")).missing,
  },
  {
    ...machine,
    name: "up",
    arguments: [],
    summary: "keep a Temporal server and a worker running",
    load: async () => (await import("../commands/up.js")).up,
  },
  {
    ...machine,
    name: "down",
    arguments: [],
    summary: "stop the local Temporal server and the background workers",
    load: async () => (await import("../commands/down.js")).down,
  },
  {
    ...machine,
    name: "worker",
    arguments: [],
    summary: "run a worker in the foreground, for any Temporal server",
    load: async () => (await import("../commands/worker.js")).worker,
  },
  {
    ...machine,
    name: "serve-model",
    arguments: ["<MODEL>"],
    summary: "serve a local model over prompto's and OpenAI's protocols",
    load: async () => (await import("../commands/serve-model.js")).serveModel,
  },
  {
    ...machine,
    name: "media",
    arguments: [],
    summary: "manage the media files of experiments",
    commands: mediaCommands,
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
