import type { Ostinato } from "../../src/client/connection/ostinato.js";
import type * as library from "../../src/client/steer/steer-experiment.js";
import type { CliCommand } from "./command.js";
import { exitCodes } from "../exit-codes.js";
import { requiredArgument } from "./required-argument.js";
import { withOstinato } from "../following/with-ostinato.js";

type Library = typeof library;

interface Steering<Result> {
  /** Returns the function of the library. The library is loaded when the command runs. */
  readonly steer: (library: Library) => (ostinato: Ostinato, name: string) => Promise<Result>;
  /** Returns a message about the result, for the user. */
  readonly say: (name: string, result: Result) => string;
}

/** Makes a command that sends one message to a running experiment. */
export function steeringCommand<Result>({ steer, say }: Steering<Result>): CliCommand {
  return {
    settings: [],
    async run(invocation) {
      const name = requiredArgument(invocation);
      const { terminal } = invocation;
      return await withOstinato(terminal, async (ostinato) => {
        const loaded = await import("../../src/client/steer/steer-experiment.js");
        const result = await steer(loaded)(ostinato, name);
        terminal.talk(say(name, result));
        return result === "kept" ? exitCodes.kept : exitCodes.done;
      });
    },
  };
}
