import type { Ostinato } from "../../src/client/connection/ostinato.js";
import type { SampleOptions } from "../../src/client/plan/start-sample.js";
import type { StartedExperiment } from "../../src/client/start/start-experiment.js";
import type { Flag, Invocation } from "../command-line/command.js";
import { countFlag } from "../command-line/count-flag.js";
import type { ExitCode } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { withOstinato } from "./with-ostinato.js";

/** The flags of a plan that may send a sample. */
export const sampleFlags: readonly Flag[] = [
  {
    flag: "--sample",
    takes: "N",
    description: "send N records or rows at random, keep their answers, and estimate from them",
  },
  {
    flag: "--seed",
    takes: "N",
    description: "number that draws another sample (default: 1)",
  },
];

export function sampleOptions(invocation: Invocation): Required<SampleOptions> | undefined {
  const size = countFlag(invocation, "sample");
  if (size === undefined) return undefined;
  return { size, seed: countFlag(invocation, "seed") ?? 1 };
}

/** Starts a sample and follows it to its end. Its answers stay in the data folder. */
export async function sendSample(
  start: (ostinato: Ostinato) => Promise<StartedExperiment>,
  terminal: Terminal,
): Promise<ExitCode> {
  return await withOstinato(terminal, async (ostinato) => {
    const started = await start(ostinato);
    const { followStarted } = await import("./follow-started.js");
    // The plan is the only output.
    const quiet = { ...terminal, data: async () => undefined };
    return await followStarted({ ostinato, started, json: false, detach: false }, quiet);
  });
}
