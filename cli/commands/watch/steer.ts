import type * as library from "../../../src/client/watch/steer-watch.js";
import type { SteerWatch } from "../../../src/client/watch/steer-watch.js";
import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { withOstinato } from "../../following/with-ostinato.js";

type Library = typeof library;

export const pause = steering(
  ({ pauseWatch }) => pauseWatch,
  "is paused: no more experiments start, and running ones continue",
);

export const resume = steering(({ resumeWatch }) => resumeWatch, "starts experiments again");

export const stop = steering(
  ({ stopWatch }) => stopWatch,
  "is no longer watched; running experiments continue",
);

/**
 * A command that sends one message to a watch. @param what the new state of its folder, for the
 * message
 */
function steering(choose: (loaded: Library) => SteerWatch, what: string): CliCommand {
  return {
    settings: ["dataFolder"],
    async run(invocation) {
      const { terminal } = invocation;
      const { dataFolder } = settingsOf(invocation, ["dataFolder"]);
      const watched = await withOstinato(terminal, async (ostinato) => {
        const steer = choose(await import("../../../src/client/watch/steer-watch.js"));
        return await steer(ostinato, { dataFolder });
      });
      terminal.talk(`${watched} ${what}.`);
      return exitCodes.done;
    },
  };
}
