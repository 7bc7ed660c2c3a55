import { checkExperiment, runSettingNames, startExperiment, UserError } from "../../src/index.js";
import type { CliCommand, Invocation } from "../command.js";
import { followStarted } from "../follow-started.js";
import { settle } from "../settle.js";
import { withOstinato } from "../with-ostinato.js";

export const run: CliCommand = {
  settings: [...runSettingNames, "detach", "json"],
  async run(invocation) {
    const { terminal } = invocation;
    const values = settle(withFile(invocation), run.settings);
    const { json, detach } = values;
    // Before anything is connected or started: a wrong input needs no server.
    const checked = await checkExperiment(values, terminal.environment);
    checked.notices.forEach(terminal.talk);
    return await withOstinato(terminal, async (ostinato) => {
      const started = await startExperiment(ostinato, values, checked);
      return await followStarted({ ostinato, started, json, detach }, terminal);
    });
  },
};

/** FILE may be named as an argument or, as prompto does, by a flag. */
function withFile(invocation: Invocation): Invocation {
  const [file] = invocation.arguments;
  if (file === undefined) return invocation;
  const { file: flagged } = invocation.flags;
  if (flagged !== undefined && flagged !== file) {
    throw new UserError(
      `Expected one input, got the argument "${file}" and \`--file\` "${String(flagged)}". Leave one out.`,
    );
  }
  return { ...invocation, flags: { ...invocation.flags, file } };
}
