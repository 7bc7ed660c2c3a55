import { UserError } from "../../../src/domain/failure/user-error.js";
import type { LimitCap } from "../../../src/domain/limit/lease-messages.js";
import { dailyQuotaOf } from "../../../src/settings/rates/daily-quota.js";
import { readFlags } from "../../../src/settings/resolve-settings.js";
import type { CliCommand, Invocation } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { withOstinato } from "../../following/with-ostinato.js";

const caps = [
  "requestsPerMinute",
  "tokensPerMinute",
  "requestsPerDay",
  "resetHour",
  "timeZone",
  "inFlight",
] as const;

export const set: CliCommand = {
  settings: caps,
  flagsAlone: true,
  async run(invocation) {
    const { terminal } = invocation;
    const key = requiredArgument(invocation);
    const cap = readCap(invocation);
    return await withOstinato(terminal, async (ostinato) => {
      const { setLimit } = await import("../../../src/client/limits/limits.js");
      const { warnings } = await setLimit(ostinato, key, cap);
      terminal.talk(`The cap on ${key} takes effect for all experiments within seconds.`);
      warnings.forEach(terminal.talk);
      return exitCodes.done;
    });
  },
};

/** Reports invalid flags before connecting. */
function readCap({ flags, terminal }: Invocation): LimitCap {
  const given = readFlags(caps, { flags, folder: terminal.folder });
  const { requestsPerDay, resetHour, timeZone, ...rates } = given;
  const quota = dailyQuotaOf({ requestsPerDay, resetHour, timeZone });
  const cap: LimitCap = { ...rates, ...(quota && { requestsPerDay: quota }) };
  if (Object.keys(cap).length > 0) return cap;
  throw new UserError(
    "Expected a cap, got none. Use `--max-queries N`, `--tokens-per-minute N`, `--requests-per-day N` or `--in-flight N`.",
  );
}
