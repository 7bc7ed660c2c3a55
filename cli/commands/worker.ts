import type { CliCommand } from "../command-line/command.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import { settingsOf } from "../command-line/settings-of.js";
import { telemetryEnvironment, telemetryFlags } from "../command-line/telemetry-flags.js";
import { untilInterrupted } from "../following/until-interrupted.js";
import { startWorkerProgram } from "../following/worker-program.js";

export const worker: CliCommand = {
  settings: ["dataFolder"],
  flags: telemetryFlags,
  async run(invocation) {
    const { terminal } = invocation;
    const { dataFolder } = settingsOf(invocation, ["dataFolder"]);
    const environment = telemetryEnvironment(invocation);
    const program = startWorkerProgram({ ...terminal, environment, dataFolder });
    terminal.talk(
      `Starting a worker for ${dataFolder}. Press Ctrl-C to stop it. Experiments wait until another worker runs.`,
    );
    const interruption = untilInterrupted(program.cutShort);
    interruption.signal.addEventListener("abort", program.stop);
    const end = await program.ended;
    interruption.stop();
    if (interruption.signal.aborted) return exitCodes.done;
    const known = Object.values<number | string>(exitCodes).includes(end);
    // The check above shows that it is an exit code.
    if (known) return end as ExitCode;
    terminal.talk(`The worker ended with ${end}.`);
    return exitCodes.internal;
  },
};
