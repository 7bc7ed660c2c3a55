import { shellWord } from "../../../src/domain/shell-word.js";
import type { CliCommand, Invocation } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { steeringCommand } from "../../command-line/steering-command.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import type { ExitCode } from "../../exit-codes.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { keptText } from "../../output/format/kept-text.js";

const cancelAll = steeringCommand({
  steer: ({ cancelExperiment }) => cancelExperiment,
  say: (name, result) => {
    if (result === "kept") return keptText("cancel", name);
    if (result === "aborted") {
      return `The calls of ${name} in flight are aborted. Their records are recorded as failed.`;
    }
    if (result === "unprepared") {
      return `${name} has ended. Its preparation had failed, and nothing more is sent. The name is free again.`;
    }
    return result === "ended"
      ? `${name} has ended. Its folder was moved or deleted, so no files were written. The name is free again.`
      : `${name} is cancelled. Calls in flight finish, and all other records are recorded as failed. Run \`ostinato cancel ${shellWord(name)}\` again to abort the calls in flight.`;
  },
});

export const cancel: CliCommand = {
  settings: [],
  flags: [
    {
      flag: "--model",
      takes: "API/MODEL",
      description: "only the records of this model; the others continue",
    },
  ],
  async run(invocation) {
    const model = textFlag(invocation, "model");
    return model === undefined ? await cancelAll.run(invocation) : await dropOne(invocation, model);
  },
};

async function dropOne(invocation: Invocation, model: string): Promise<ExitCode> {
  const name = requiredArgument(invocation);
  const { terminal } = invocation;
  return await withOstinato(terminal, async (ostinato) => {
    const { dropExperimentModel } = await import("../../../src/client/steer/drop-model.js");
    const { target, delivery } = await dropExperimentModel(ostinato, name, model);
    const follow = `ostinato follow ${shellWord(name)}`;
    terminal.talk(
      delivery === "kept"
        ? `Not done yet: no worker runs. The next one records the rest of ${target} as failed. Start it with \`${follow}\` or \`ostinato up\`.`
        : `${target} gets no more calls. Its records without an answer are recorded as failed, and the others of ${name} continue.`,
    );
    return delivery === "kept" ? exitCodes.kept : exitCodes.done;
  });
}
