import type { Settings } from "../../src/settings/settings.js";
import type { LimitCap } from "../../src/domain/limit/lease-messages.js";
import type { Ostinato } from "../../src/client/connection/ostinato.js";
import { dailyQuotaOf } from "../../src/settings/rates/daily-quota.js";
import { readFlags } from "../../src/settings/resolve-settings.js";
import { listLimits, setLimit, unsetLimit } from "../../src/client/limits/limits.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { renderLimits } from "../output/render/render-limits.js";
import { settle } from "../following/settle.js";
import { withOstinato } from "../following/with-ostinato.js";

const capSettings = [
  "requestsPerMinute",
  "tokensPerMinute",
  "requestsPerDay",
  "resetHour",
  "timeZone",
  "inFlight",
] as const;

export const limits: CliCommand = {
  settings: [...capSettings, "json"],
  flagsAlone: true,
  async run(invocation) {
    const act = actionOf(invocation);
    await withOstinato(invocation.terminal, act);
    return exitCodes.done;
  },
};

type Action = (ostinato: Ostinato) => Promise<void>;

/** What is wrong with the command line is said before anything is connected. */
function actionOf(invocation: Invocation): Action {
  const { terminal, flags } = invocation;
  const [action, key] = invocation.arguments;
  const cap = capOf(readFlags(capSettings, { flags, folder: terminal.folder }));
  const hasCap = Object.keys(cap).length > 0;
  if (action === undefined) {
    if (hasCap) throw new UserError("Expected `limits set KEY` with these flags, got no KEY.");
    return showLimits(invocation);
  }
  if (action !== "set" && action !== "unset") {
    throw new UserError(
      `Expected \`limits\`, \`limits set KEY\` or \`limits unset KEY\`, got \`limits ${action}\`.`,
    );
  }
  if (key === undefined) {
    throw new UserError(
      `Expected the KEY of a limit after \`limits ${action}\`, got none. \`ostinato limits\` shows those in use.`,
    );
  }
  if (action === "unset") {
    if (hasCap)
      throw new UserError("`limits unset KEY` takes the whole cap off: leave the flags out.");
    return async (ostinato) => {
      await unsetLimit(ostinato, key);
      terminal.talk(`The cap on ${key} is off.`);
    };
  }
  if (!hasCap) {
    throw new UserError(
      "Expected `--max-queries N`, `--tokens-per-minute N`, `--requests-per-day N` or `--in-flight N` after `limits set KEY`.",
    );
  }
  return async (ostinato) => {
    const { warnings } = await setLimit(ostinato, key, cap);
    terminal.talk(`The cap on ${key} holds for everybody within seconds.`);
    warnings.forEach(terminal.talk);
  };
}

type GivenCap = Partial<Pick<Settings, (typeof capSettings)[number]>>;

function capOf({ requestsPerDay, resetHour, timeZone, ...rates }: GivenCap): LimitCap {
  const quota = dailyQuotaOf({ requestsPerDay, resetHour, timeZone });
  return { ...rates, ...(quota && { requestsPerDay: quota }) };
}

function showLimits(invocation: Invocation): Action {
  const { json } = settle(invocation, ["json"]);
  const { terminal } = invocation;
  return async (ostinato) => {
    const statuses = await listLimits(ostinato);
    if (json) {
      for (const status of statuses) await terminal.data(jsonLine(status));
    } else if (statuses.length > 0) {
      await terminal.data(renderLimits(statuses));
    } else {
      terminal.talk("No limit is in use, and none has a cap.");
    }
  };
}
