/** The subcommands of all commands that have some, in the order of `--help`. */
import type { Entry } from "./entry.js";

export const watchCommands: readonly Entry[] = [
  {
    name: "follow",
    arguments: [],
    summary: "follow a watch that is running",
    load: async () => (await import("../commands/watch/follow.js")).follow,
  },
  {
    name: "status",
    arguments: [],
    summary: "show the status of a watch",
    load: async () => (await import("../commands/watch/status.js")).status,
  },
  {
    name: "pause",
    arguments: [],
    summary: "start no more experiments; running ones continue",
    load: async () => (await import("../commands/watch/steer.js")).pause,
  },
  {
    name: "resume",
    arguments: [],
    summary: "start experiments again",
    load: async () => (await import("../commands/watch/steer.js")).resume,
  },
  {
    name: "stop",
    arguments: [],
    summary: "stop watching; running experiments continue",
    load: async () => (await import("../commands/watch/steer.js")).stop,
  },
];

export const limitsCommands: readonly Entry[] = [
  {
    name: "set",
    arguments: ["<KEY>"],
    summary: "cap a limit for all experiments that use it",
    load: async () => (await import("../commands/limits/set.js")).set,
  },
  {
    name: "unset",
    arguments: ["<KEY>"],
    summary: "remove the cap of a limit",
    load: async () => (await import("../commands/limits/unset.js")).unset,
  },
];

export const judgeCommands: readonly Entry[] = [
  {
    name: "create",
    arguments: [],
    summary: "write the prompts of the judges to a file, and send nothing",
    load: async () => (await import("../commands/judge/create.js")).create,
  },
];

export const mediaCommands: readonly Entry[] = [
  {
    name: "upload",
    arguments: ["<FILE>"],
    summary: "upload the media files of an experiment file to Gemini",
    load: async () => (await import("../commands/media/upload.js")).upload,
  },
  {
    name: "list",
    arguments: [],
    summary: "list the files that are uploaded to Gemini",
    load: async () => (await import("../commands/media/list.js")).list,
  },
  {
    name: "delete",
    arguments: ["<NAME...>"],
    summary: "delete files from Gemini, by name or by the experiment files that name them",
    load: async () => (await import("../commands/media/delete.js")).deleteFiles,
  },
  {
    name: "convert-images",
    arguments: ["[FOLDER]"],
    summary: "convert the images of a folder to the format of their suffix",
    load: async () => (await import("../commands/media/convert-images.js")).convertImages,
  },
];

export const pipelineCommands: readonly Entry[] = [
  {
    name: "run",
    arguments: ["<FILE>"],
    summary: "start a pipeline and follow it",
    load: async () => (await import("../commands/pipeline/run.js")).run,
  },
  {
    name: "preview",
    arguments: ["<FILE>"],
    summary: "run the first rows of a pipeline and show them; a later run keeps their answers",
    load: async () => (await import("../commands/pipeline/preview.js")).preview,
  },
  {
    name: "plan",
    arguments: ["<FILE>"],
    summary: "estimate the calls, tokens, cost and time of each step, and send nothing",
    load: async () => (await import("../commands/pipeline/plan.js")).plan,
  },
  {
    name: "dry-run",
    arguments: ["<FILE>"],
    summary: "walk a row through a pipeline here, without a server, and keep nothing",
    load: async () => (await import("../commands/pipeline/dry-run.js")).dryRun,
  },
  {
    name: "check",
    arguments: ["<FILE>"],
    summary: "check a pipeline, and send nothing",
    load: async () => (await import("../commands/pipeline/check.js")).check,
  },
  {
    name: "info",
    arguments: ["<FILE>"],
    summary: "show the steps of a pipeline, their columns and models",
    load: async () => (await import("../commands/pipeline/info.js")).info,
  },
  {
    name: "draw",
    arguments: ["<FILE>"],
    summary: "write the graph of a pipeline as a mermaid flowchart",
    load: async () => (await import("../commands/pipeline/draw.js")).draw,
  },
  {
    name: "save",
    arguments: ["<FILE>"],
    summary: "write the definition of a pipeline as YAML or JSON",
    load: async () => (await import("../commands/pipeline/save.js")).save,
  },
];

export const batchCommands: readonly Entry[] = [
  {
    name: "run",
    arguments: ["<FLOW>"],
    summary: "run a flow over lines and follow it",
    load: async () => (await import("../commands/batch/run.js")).run,
  },
  {
    name: "preview",
    arguments: ["<FLOW>"],
    summary: "run the first lines of a flow and show them; a later run keeps their answers",
    load: async () => (await import("../commands/batch/preview.js")).preview,
  },
  {
    name: "plan",
    arguments: ["<FLOW>"],
    summary: "estimate the calls, tokens, cost and time of each node, and send nothing",
    load: async () => (await import("../commands/batch/plan.js")).plan,
  },
  {
    name: "dry-run",
    arguments: ["<FLOW>"],
    summary: "run a flow for a line here, without a server, and keep nothing",
    load: async () => (await import("../commands/batch/dry-run.js")).dryRun,
  },
  {
    name: "draw",
    arguments: ["<FLOW>"],
    summary: "write the graph of a flow as a mermaid flowchart",
    load: async () => (await import("../commands/batch/draw.js")).draw,
  },
  {
    name: "result",
    arguments: ["<NAME...>"],
    summary: "show the result of a batch run, or the metrics of several side by side",
    load: async () => (await import("../commands/batch/result.js")).result,
  },
  {
    name: "details",
    arguments: ["<NAME>"],
    summary: "show the inputs and outputs of each line side by side",
    load: async () => (await import("../commands/batch/details.js")).details,
  },
  {
    name: "import",
    arguments: ["<FOLDER>"],
    summary: "make a run folder of promptflow a run of Ostinato, to resume from it",
    load: async () => (await import("../commands/batch/import.js")).importRun,
  },
];
