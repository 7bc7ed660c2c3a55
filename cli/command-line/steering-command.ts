import type { Ostinato } from "../../src/client/connection/ostinato.js";
import type { CliCommand } from "./command.js";
import { exitCodes } from "../exit-codes.js";
import { namedExperiment } from "./named-experiment.js";
import { withOstinato } from "../following/with-ostinato.js";

interface Steering<Result> {
  readonly steer: (ostinato: Ostinato, name: string) => Promise<Result>;
  /** What the user may expect from now on. */
  readonly say: (name: string, result: Result) => string;
}

/** A command that tells a running experiment one thing. */
export function steeringCommand<Result>({ steer, say }: Steering<Result>): CliCommand {
  return {
    settings: [],
    async run(invocation) {
      const name = namedExperiment(invocation);
      const { terminal } = invocation;
      return await withOstinato(terminal, async (ostinato) => {
        const result = await steer(ostinato, name);
        terminal.talk(say(name, result));
        return exitCodes.done;
      });
    },
  };
}
