import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { withOstinato } from "../../following/with-ostinato.js";

const settings = [
  "judgeFolder",
  "judges",
  "judgeTemplates",
  "again",
  "dataFolder",
  "envFile",
  "providers",
  "requestsPerMinute",
  "tokensPerMinute",
  "requestsPerDay",
  "resetHour",
  "timeZone",
  "parallel",
  "maxQueriesJson",
  "inFlight",
  "priority",
  "maxAttempts",
  "timeoutMs",
  "throttleTimeoutMs",
  "onBlocked",
  "prices",
  "maxCost",
  "preview",
  "detach",
  "json",
] as const;

export const judge: CliCommand = {
  settings,
  async run(invocation) {
    const judged = requiredArgument(invocation);
    const { terminal } = invocation;
    const { detach, json, ...given } = settingsOf(invocation, settings);
    return await withOstinato(terminal, async (ostinato) => {
      const { judgeAnswers } = await import("../../../src/client/answers/judge-answers.js");
      const { sayReuse } = await import("../../following/say-reuse.js");
      const { sayPlan } = await import("../../following/say-plan.js");
      const started = await judgeAnswers(ostinato, judged, {
        ...given,
        onPlan: async (plan) => sayPlan(plan, { json, terminal }),
        onReuse: async (reuse, name) => sayReuse(reuse, { name, json, terminal }),
      });
      started.notices.forEach(terminal.talk);
      const { followStarted } = await import("../../following/follow-started.js");
      const { dataFolder } = given;
      return await followStarted({ ostinato, started, json, detach, dataFolder }, terminal);
    });
  },
};
