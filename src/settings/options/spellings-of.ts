import { defined } from "../../domain/defined.js";
import { options } from "./options.js";
import type { Option } from "./options.js";
import type { SettingName } from "../resolve-settings.js";
import type { Spelling } from "./rewrite-arguments.js";

/**
 * Returns the spellings of the settings. A switch also has an opposite: `--no-detach`, `--preview`.
 */
export function spellingsOf(names: readonly SettingName[]): readonly Spelling[] {
  return names.flatMap((name) => {
    const { flag, short, takes }: Option<unknown, unknown> = options[name];
    const spelling = {
      flag,
      takesValue: takes !== undefined,
      ...defined({ short }),
    };
    return takes === undefined
      ? [spelling, { flag: oppositeFlag(flag), takesValue: false }]
      : [spelling];
  });
}

/** Returns `--no-detach` for `--detach`, and `--preview` for `--no-preview`. */
export function oppositeFlag(flag: string): string {
  return flag.startsWith("--no-") ? flag.replace("--no-", "--") : flag.replace("--", "--no-");
}
