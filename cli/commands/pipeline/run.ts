import { defined } from "../../../src/domain/defined.js";
import { UserError } from "../../../src/domain/failure/user-error.js";
import type { Ostinato } from "../../../src/client/connection/ostinato.js";
import type { Terminal } from "../../output/terminal/terminal.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { countFlag } from "../../command-line/count-flag.js";
import { textFlag } from "../../command-line/text-flag.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";
import { rowSettingNames } from "../../command-line/row-settings.js";
import { withOstinato } from "../../following/with-ostinato.js";

const settingNames = [...rowSettingNames, "detach", "json"] as const;

export const run: CliCommand = {
  settings: settingNames,
  flags: [
    dataFlag,
    { flag: "--no-reuse", description: "same as --again" },
    {
      flag: "--push-to-hub",
      takes: "OWNER/NAME",
      description: "dataset of the Hugging Face Hub that gets the result at the end (HF_TOKEN)",
    },
    {
      flag: "--window",
      takes: "N",
      description: "maximum number of rows in progress (default: 20 to 1,000)",
    },
    ...definitionFlags,
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, detach, ...values } = settingsOf(invocation, settingNames);
    return await withOstinato(terminal, async (ostinato) => {
      const { startPipeline } = await import("../../../src/client/pipeline/start-pipeline.js");
      const { readDefinition } = await import("../../../src/client/pipeline/read-definition.js");
      const repo = textFlag(invocation, "push-to-hub");
      if (repo !== undefined) await checkPushing(repo, detach);
      const given = await readDefinition(
        requiredArgument(invocation),
        definitionOptions(invocation),
      );
      const dataset = textFlag(invocation, "data");
      const window = countFlag(invocation, "window");
      // A negative flag is false if it is given.
      const again = values.again === true || invocation.ownFlags["no-reuse"] === false;
      const { tellStart } = await import("../../following/say-plan.js");
      const { onPlan, sayNotices } = tellStart({ json, terminal });
      const settings = { ...values, again, onPlan, ...defined({ dataset, window }) };
      const started = await startPipeline(ostinato, given, settings);
      sayNotices(started.notices);
      const { sayRepeat } = await import("../../following/say-reuse.js");
      await sayRepeat(started, { json, terminal, items: "rows" });
      const { followStarted } = await import("../../following/follow-started.js");
      const { dataFolder } = values;
      const code = await followStarted({ ostinato, started, json, detach, dataFolder }, terminal);
      if (repo !== undefined) await pushResult({ ostinato, name: started.name, repo }, terminal);
      return code;
    });
  },
};

async function checkPushing(repo: string, detach: boolean): Promise<void> {
  if (detach) {
    throw new UserError(
      "--push-to-hub uploads the result when this command ends. Leave out --detach.",
    );
  }
  const { checkPush } = await import("../../../src/client/hub/push-to-hub.js");
  await checkPush(repo, process.env);
}

interface Pushing {
  readonly ostinato: Ostinato;
  readonly name: string;
  readonly repo: string;
}

async function pushResult({ ostinato, name, repo }: Pushing, { talk }: Terminal): Promise<void> {
  const { pushToHub } = await import("../../../src/client/hub/push-to-hub.js");
  const pushed = await pushToHub(ostinato, name, repo);
  talk(
    pushed
      ? `The result was uploaded: ${pushed.url}`
      : `Nothing was uploaded to ${repo}, because ${name} has not ended. Run it again with --push-to-hub later: its answers are reused.`,
  );
}
