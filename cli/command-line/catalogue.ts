import type { CliCommand } from "./command.js";

interface Entry {
  readonly name: string;
  /** As commander writes them: `<NAME>` is needed, `[NAME]` is not. */
  readonly arguments: readonly string[];
  readonly summary: string;
  /** Each command's code is read when it is called, so that `--help` is quick. */
  readonly load: () => Promise<CliCommand>;
}

/** All commands, in the order of `--help`. */
export const catalogue: readonly Entry[] = [
  {
    name: "run",
    arguments: ["[FILE]"],
    summary: "start an experiment and follow it",
    load: async () => (await import("../commands/run.js")).run,
  },
  {
    name: "watch",
    arguments: ["[ACTION]"],
    summary:
      "run each file that is dropped in the input folder; ACTION: follow, status, pause, resume, stop",
    load: async () => (await import("../commands/watch.js")).watch,
  },
  {
    name: "check",
    arguments: ["[FILE]"],
    summary: "tell what is wrong with an experiment file; changes nothing",
    load: async () => (await import("../commands/check.js")).check,
  },
  {
    name: "list",
    arguments: [],
    summary: "list experiments",
    load: async () => (await import("../commands/list.js")).list,
  },
  {
    name: "status",
    arguments: ["[NAME]"],
    summary: "show how an experiment stands, or all that are not over",
    load: async () => (await import("../commands/status.js")).status,
  },
  {
    name: "follow",
    arguments: ["<NAME>"],
    summary: "follow an experiment to its end",
    load: async () => (await import("../commands/follow.js")).follow,
  },
  {
    name: "pause",
    arguments: ["<NAME>"],
    summary: "send nothing more until `resume`; calls in flight end",
    load: async () => (await import("../commands/pause.js")).pause,
  },
  {
    name: "resume",
    arguments: ["<NAME>"],
    summary: "go on after `pause`, or after the repair of a key or quota",
    load: async () => (await import("../commands/resume.js")).resume,
  },
  {
    name: "cancel",
    arguments: ["<NAME>"],
    summary: "end an experiment; what was not sent is recorded as failed",
    load: async () => (await import("../commands/cancel.js")).cancel,
  },
  {
    name: "change",
    arguments: ["<NAME>"],
    summary: "change the pace of a running experiment",
    load: async () => (await import("../commands/change.js")).change,
  },
  {
    name: "limits",
    arguments: ["[ACTION]", "[KEY]"],
    summary: "show the limits; `set KEY` and `unset KEY` put and take off a cap for everybody",
    load: async () => (await import("../commands/limits.js")).limits,
  },
  {
    name: "retry-failed",
    arguments: ["<NAME>"],
    summary: "run the failed records of a finished experiment again",
    load: async () => (await import("../commands/retry-failed.js")).retryFailedRecords,
  },
  {
    name: "judge",
    arguments: ["<NAME>"],
    summary: "have finished answers judged, by NAME or completed file; `create` writes the prompts",
    load: async () => (await import("../commands/judge.js")).judge,
  },
  {
    name: "results",
    arguments: ["<NAME>"],
    summary: "write what is there so far to stdout, as JSONL",
    load: async () => (await import("../commands/results.js")).results,
  },
  {
    name: "missing",
    arguments: ["[INPUT]", "[OUTPUTS...]"],
    summary: "write the records of an input that have no completed outcome",
    load: async () => (await import("../commands/missing.js")).missing,
  },
  {
    name: "media",
    arguments: ["[ACTION]", "[NAME...]"],
    summary:
      "`upload FILE`, `list` and `delete NAME` files at Gemini; `convert-images` of the media folder",
    load: async () => (await import("../commands/media.js")).media,
  },
  {
    name: "score",
    arguments: ["<NAME|FILE>"],
    summary: "score the answers of a finished experiment or a completed file; sends nothing",
    load: async () => (await import("../commands/score.js")).score,
  },
  {
    name: "compare",
    arguments: ["<A>", "<B>"],
    summary: "compare the scores of two experiments or completed files, record by record",
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
    summary: "end the local Temporal server and the workers in the background",
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
    summary: "serve a model of this machine to prompto's and OpenAI's protocol",
    load: async () => (await import("../commands/serve-model.js")).serve,
  },
  {
    name: "doctor",
    arguments: [],
    summary: "show what is found and what is missing",
    load: async () => (await import("../commands/doctor.js")).doctor,
  },
];
