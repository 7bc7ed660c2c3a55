import { resolve } from "node:path";
import * as z from "zod";
import { hintOf, inBackticks } from "../domain/nearest-match.js";
import { builtInScorers, isScorerPath } from "../domain/scores/scorer-setting.js";
import type { ScorerSetting } from "../domain/scores/scorer-setting.js";
import { UserError } from "../domain/failure/user-error.js";

/**
 * Reads the setting for scorers. The value is a list with commas
 * (`match,includes:ignore-case,./mine.js`). In `ostinato.json` it may also be a list of such texts
 * and of objects. Each option follows a colon: `equals-number:tolerance=0.01`. Spaces around commas
 * are ignored. A scorer that is named twice is used once.
 */

const key = z.string().regex(/^\S+$/);

const setting = z.strictObject({
  scorer: z.string().min(1),
  as: key.optional(),
  ignoreCase: z.boolean().optional(),
  trim: z.boolean().optional(),
  expected: z.string().min(1).optional(),
  tolerance: z.union([z.number().nonnegative(), z.string().regex(/^\d+(\.\d+)?%?$/)]).optional(),
  pattern: z.string().optional(),
  schema: z.union([z.string().min(1), z.record(z.string(), z.json())]).optional(),
  fenced: z.boolean().optional(),
});

// In zod's type an optional key may be present and undefined. In JSON it is absent, as in
// ScorerSetting.
export const scorersSchema = z.array(setting).min(1) as unknown as z.ZodType<
  readonly ScorerSetting[]
>;

/** Options in the spelling of the command line. */
const switches = { "ignore-case": "ignoreCase", trim: "trim", fenced: "fenced" } as const;
const values = {
  as: "as",
  expected: "expected",
  tolerance: "tolerance",
  pattern: "pattern",
  schema: "schema",
} as const;
const optionNames = [...Object.keys(switches), ...Object.keys(values)];

/**
 * Converts the given value for `scorersSchema` and makes paths absolute. Throws a `UserError` for
 * an invalid scorer or option.
 */
export function readScorers(given: unknown, folder: string): unknown {
  const entries: readonly unknown[] = Array.isArray(given) ? given : [given];
  const read = entries.flatMap((entry) => (typeof entry === "string" ? parseList(entry) : [entry]));
  const seen = new Set<string>();
  return read
    .map((entry) => withPaths(entry, folder))
    .filter((entry) => {
      const text = JSON.stringify(entry);
      if (seen.has(text)) return false;
      seen.add(text);
      return true;
    });
}

function parseList(text: string): readonly unknown[] {
  return text.split(",").map((entry) => parseEntry(entry.trim()));
}

function parseEntry(text: string): Readonly<Record<string, string | boolean>> {
  const [scorer = "", ...rest] = text.split(/:(?=[a-z-]+(?:=|:|$))/);
  if (scorer === "") throw new UserError(`Expected the name of a scorer, got "". ${known()}`);
  // A pattern may contain colons, so it is the last option.
  const options: Record<string, string | boolean> = { scorer };
  for (let index = 0; index < rest.length; index += 1) {
    const option = rest[index] ?? "";
    if (option.startsWith("pattern=")) {
      options["pattern"] = rest.slice(index).join(":").slice("pattern=".length);
      break;
    }
    Object.assign(options, parseOption(option, text));
  }
  return options;
}

function parseOption(text: string, entry: string): Readonly<Record<string, string | boolean>> {
  const [name = "", value] = text.split(/=(.*)/s);
  if (value === undefined && Object.hasOwn(switches, name)) {
    // The name is one of the keys of `switches`.
    return { [switches[name as keyof typeof switches]]: true };
  }
  if (value !== undefined && Object.hasOwn(values, name)) return { [name]: value };
  const form = Object.hasOwn(values, name) ? `\`${name}=…\`` : `\`${name}\` without a value`;
  if (optionNames.includes(name)) {
    throw new UserError(`Expected ${form} in the scorer "${entry}", got \`${text}\`.`);
  }
  const hint = hintOf(name, optionNames, inBackticks);
  throw new UserError(`Unknown option \`${name}\` in the scorer "${entry}". ${hint}`);
}

function withPaths(entry: unknown, folder: string): unknown {
  if (typeof entry !== "object" || entry === null) return entry;
  const paths: Record<string, string> = {};
  // The check above has shown that the entry is an object.
  const { scorer, schema } = entry as { readonly scorer?: unknown; readonly schema?: unknown };
  if (typeof scorer === "string" && isScorerPath(scorer)) paths["scorer"] = resolve(folder, scorer);
  if (typeof schema === "string" && schema !== "") paths["schema"] = resolve(folder, schema);
  return { ...entry, ...paths };
}

function known(): string {
  return `Known: ${Object.keys(builtInScorers).join(", ")}, or the path of a module.`;
}
