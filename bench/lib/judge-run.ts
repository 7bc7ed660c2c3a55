import { createReadStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { SetUp } from "./set-up.js";

const judges = ["strict", "kind"];
const templates = ["template", "other"];

/** Number of verdicts on each answer. */
export const verdictsOfRecord = judges.length * templates.length;

/**
 * Writes a judge folder for the counting server, which answers with the marker of the judged
 * prompt: the verdict on `r-7` is 7. Returns the flags of `ostinato run`.
 */
export async function writeJudges(setUp: SetUp): Promise<readonly string[]> {
  const folder = join(setUp.folder, "judge");
  await mkdir(folder);
  const settings = { api: "openai", model_name: "counting-1", parse: "last_number" };
  const all = judges.map((name) => [name, { ...settings, parameters: { temperature: 0 } }]);
  await writeFile(join(folder, "settings.json"), JSON.stringify(Object.fromEntries(all)));
  for (const name of templates) {
    await writeFile(join(folder, `${name}.txt`), `{INPUT_PROMPT}? {OUTPUT_RESPONSE}! As ${name}.`);
  }
  const files = templates.map((name) => `${name}.txt`).join(",");
  return ["--judge-folder", folder, "--judge", judges.join(","), "--judge-templates", files];
}

/** The completed file of a judge run, compared with the judged answers. */
export interface Verdicts {
  /** Number of correct verdicts, each from a different judge, template and record. */
  readonly verdicts: number;
  readonly twice: number;
  readonly lost: number;
  /** Number of verdicts with another number than the record's, or without a number. */
  readonly wrong: number;
}

/** @param records number of judged records, with markers from 0 */
export async function readVerdicts(path: string, records: number): Promise<Verdicts> {
  const seen = new Set<string>();
  const counts = { verdicts: 0, twice: 0, wrong: 0 };
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const { id, verdict } = JSON.parse(line) as { id: string; verdict: unknown };
    if (seen.has(id)) counts.twice += 1;
    else if (id.endsWith(`-r-${String(verdict)}`)) counts.verdicts += 1;
    else counts.wrong += 1;
    seen.add(id);
  }
  const lost = idsOf(records).filter((id) => !seen.has(id)).length;
  return { ...counts, lost };
}

function idsOf(records: number): string[] {
  const starts = judges.flatMap((judge) => templates.map((name) => `judge-${judge}-${name}`));
  return starts.flatMap((start) => Array.from({ length: records }, (_, id) => `${start}-r-${id}`));
}
