import { countOf, countText } from "../count-text.js";
import { UserError } from "../failure/user-error.js";
import type { JsonObject } from "../json/json.js";
import { nearestMatch } from "../nearest-match.js";
import { ourKeys } from "./output-line.js";
import type { PromptRecord } from "./prompt-record.js";

/** A key of the records that a scorer or a template reads. */
export interface NeededKey {
  readonly key: string;
  /** Text for messages after the key: `which the scorer \`match\` compares with`. */
  readonly use: string;
  /**
   * Returns the remedy. If the records have the value under another key, and it is known, `other`
   * is that key.
   */
  readonly remedy: (other?: string) => string;
  /** Effect on a record without the key, for messages. */
  readonly effect: string;
  /** True if an empty text counts as a value. */
  readonly mayBeEmpty: boolean;
  /** Sentence in place of the refusal. Set if the key may be missing. */
  readonly leftOut?: string;
}

/**
 * Keys that contain no expected value. `response` is a key of records that were answered before.
 */
const formKeys: readonly string[] = [
  ...["id", "api", "prompt", "model_name", "parameters", "group", "mode"],
  ...ourKeys,
];
const usualNames = /expect|answer|target|label|gold|reference|truth|solution|correct/i;
const shownKeys = 8;
/** Maximum number of keys to remember, which bounds the memory for records with different keys. */
const mostKeys = 1_000;

/** Counts the records that lack a needed key, before anything is sent. */
export class NeededKeys {
  readonly #needs: readonly NeededKey[];
  readonly #found: number[];
  readonly #keys = new Set<string>();
  #records = 0;

  constructor(needs: readonly NeededKey[]) {
    this.#needs = needs;
    this.#found = needs.map(() => 0);
  }

  add(record: JsonObject | PromptRecord): void {
    if (this.#needs.length === 0) return;
    this.#records += 1;
    for (const [at, need] of this.#needs.entries()) {
      if (hasKey(record, need)) this.#found[at] = (this.#found[at] ?? 0) + 1;
    }
    for (const key of Object.keys(record)) if (this.#keys.size < mostKeys) this.#keys.add(key);
  }

  /** Returns the keys that no record has. */
  missing(): readonly string[] {
    if (this.#records === 0) return [];
    return this.#needs.flatMap(({ key }, at) => (this.#found[at] === 0 ? [key] : []));
  }

  /**
   * Returns one sentence for each key that some records lack. Throws a `UserError` if all records
   * lack a key, unless the key may be missing.
   */
  notices(): readonly string[] {
    const notices: string[] = [];
    for (const [at, need] of this.#needs.entries()) {
      const lacking = this.#records - (this.#found[at] ?? 0);
      if (lacking === 0) continue;
      if (lacking === this.#records) {
        if (need.leftOut === undefined) throw new UserError(this.#refusal(need));
        notices.push(need.leftOut);
        continue;
      }
      const all = countOf(this.#records, "record");
      notices.push(
        `${countText(lacking)} of ${all} ${lacking === 1 ? "lacks" : "lack"} \`${need.key}\`, ${need.use}. ${need.effect}`,
      );
    }
    return notices;
  }

  #refusal({ key, use, remedy }: NeededKey): string {
    const missing = `No record has \`${key}\`, ${use}.`;
    const others = [...this.#keys].filter((name) => !formKeys.includes(name) && name !== key);
    if (others.length === 0) return `${missing} Add it to the records.`;
    const likely = likelyName(key, others);
    if (likely !== undefined) {
      return `${missing} The records have \`${likely}\`: ${remedy(likely)}.`;
    }
    const names = others.slice(0, shownKeys).map((name) => `\`${name}\``);
    const more = others.length > shownKeys ? " …" : "";
    return `${missing} The records have ${names.join(", ")}${more}: ${remedy()}.`;
  }
}

/**
 * True if a record has the key. An output line also has the keys of the call's result, and renames
 * an input key with such a name.
 */
function hasKey(record: JsonObject | PromptRecord, { key, mayBeEmpty }: NeededKey): boolean {
  if ((ourKeys as readonly string[]).includes(key)) return true;
  const value = record[key] ?? record[key.replace(/^input-/, "")];
  return value !== undefined && value !== null && (mayBeEmpty || value !== "");
}

function likelyName(key: string, names: readonly string[]): string | undefined {
  const wanted = key.toLowerCase();
  const isPart = (name: string): boolean =>
    name.length > 2 && (wanted.includes(name.toLowerCase()) || name.toLowerCase().includes(wanted));
  return (
    nearestMatch(key, names) ?? names.find(isPart) ?? names.find((name) => usualNames.test(name))
  );
}
