import type * as library from "../../../src/client/watch/steer-watch.js";
import type { SteerWatch } from "../../../src/client/watch/steer-watch.js";
import type { SteeringRequest } from "../../../src/client/status/untaken-requests.js";
import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { keptByWatchText } from "../../output/format/kept-text.js";

type Library = typeof library;

export const pause = steering(
  "pause",
  ({ pauseWatch }) => pauseWatch,
  "is paused: no more experiments start, and running ones continue",
);

export const resume = steering(
  "resume",
  ({ resumeWatch }) => resumeWatch,
  "starts experiments again",
);

export const stop = steering(
  "stop",
  ({ stopWatch }) => stopWatch,
  "is no longer watched; running experiments continue",
);

/**
 * Makes a command that sends one message to a watch. @param what the new state of its folder, for
 * the message
 */
function steering(
  request: SteeringRequest,
  choose: (loaded: Library) => SteerWatch,
  what: string,
): CliCommand {
  return {
    settings: ["dataFolder"],
    async run(invocation) {
      const { terminal } = invocation;
      const { dataFolder } = settingsOf(invocation, ["dataFolder"]);
      return await withOstinato(terminal, async (ostinato) => {
        const steer = choose(await import("../../../src/client/watch/steer-watch.js"));
        const watched = await steer(ostinato, { dataFolder });
        const isKept = watched.delivery === "kept";
        terminal.talk(
          isKept ? keptByWatchText(request, watched.dataFolder) : `${watched.dataFolder} ${what}.`,
        );
        return isKept ? exitCodes.kept : exitCodes.done;
      });
    },
  };
}
