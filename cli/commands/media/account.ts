import type { AccountOptions } from "../../../src/client/media/account-options.js";
import { defined } from "../../../src/domain/defined.js";
import type { Flag, Invocation } from "../../command-line/command.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";

export const modelFlag: Flag = {
  flag: "--model",
  takes: "NAME",
  description: "model whose API key is used (default: the key of GEMINI_API_KEY)",
};

/** Returns the Gemini account with the files. */
export function accountOf(invocation: Invocation): AccountOptions {
  const { envFile } = settingsOf(invocation, ["envFile"]);
  return {
    envFile,
    env: invocation.terminal.environment,
    ...defined({ model: textFlag(invocation, "model") }),
  };
}
