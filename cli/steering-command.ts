import type { Ostinato } from "../src/index.js";
import type { CliCommand } from "./command.js";
import { exitCodes } from "./exit-codes.js";
import { namedExperiment } from "./named-experiment.js";
import { withOstinato } from "./with-ostinato.js";

interface Steering {
  readonly steer: (ostinato: Ostinato, name: string) => Promise<void>;
  /** What the user may expect from now on. */
  readonly say: (name: string) => string;
}

/** A command that tells a running experiment one thing. */
export function steeringCommand({ steer, say }: Steering): CliCommand {
  return {
    settings: [],
    async run(invocation) {
      const name = namedExperiment(invocation);
      const { terminal } = invocation;
      return await withOstinato(terminal, async (ostinato) => {
        await steer(ostinato, name);
        terminal.talk(say(name));
        return exitCodes.done;
      });
    },
  };
}
