import { defined } from "../../../src/domain/defined.js";
import { UserError } from "../../../src/domain/failure/user-error.js";
import type { LimitCap } from "../../../src/domain/limit/lease-messages.js";
import { dailyQuotaOf } from "../../../src/settings/rates/daily-quota.js";
import { readFlags } from "../../../src/settings/resolve-settings.js";
import type { Settings } from "../../../src/settings/settings.js";
import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { jsonLine } from "../../output/format/json.js";

const caps = [
  "requestsPerMinute",
  "tokensPerMinute",
  "requestsPerDay",
  "resetHour",
  "timeZone",
  "inFlight",
] as const;

const settings = [...caps, "json"] as const;

export const set: CliCommand = {
  settings,
  flagsAlone: true,
  note: "It replaces an earlier cap of the limit.",
  descriptions: { inFlight: "maximum calls in flight of all experiments together" },
  async run(invocation) {
    const { flags, terminal } = invocation;
    const key = requiredArgument(invocation);
    const { json = false, ...given } = readFlags(settings, { flags, folder: terminal.folder });
    const cap = capOf(given);
    return await withOstinato(terminal, async (ostinato) => {
      const { setLimit } = await import("../../../src/client/limits/limits.js");
      const { warnings } = await setLimit(ostinato, key, cap);
      if (json) await terminal.data(jsonLine({ key, cap, warnings }));
      else {
        terminal.talk(`The cap on ${key} takes effect for all experiments within seconds.`);
        warnings.forEach(terminal.talk);
      }
      return exitCodes.done;
    });
  },
};

type Given = Partial<Pick<Settings, (typeof caps)[number]>>;

/** Returns the cap. Throws a `UserError` if it is empty. */
function capOf({ requestsPerDay, resetHour, timeZone, ...rates }: Given): LimitCap {
  const quota = dailyQuotaOf({ requestsPerDay, resetHour, timeZone });
  const cap: LimitCap = { ...rates, ...defined({ requestsPerDay: quota }) };
  if (Object.keys(cap).length > 0) return cap;
  throw new UserError(
    "Expected a cap, got none. Use `--max-queries N`, `--tokens-per-minute N`, `--requests-per-day N` or `--in-flight N`.",
  );
}
