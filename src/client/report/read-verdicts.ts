import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import { isJsonObject } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { ModelReport } from "../../domain/report/run-report.js";
import { recordOfLine } from "../../report/record/record-of-line.js";
import { createModelTally } from "../../report/tally/model-tally.js";
import type { Verdict } from "../../domain/scores/judged-line.js";
import { judgedLine } from "../../domain/scores/judged-line.js";
import { verdictSummary } from "../../report/verdicts.js";
import type { VerdictSummary } from "../../report/verdicts.js";
import { completedTexts } from "../../storage/completed/completed-lines.js";
import { judgedFiles } from "../answers/read-judged-answers.js";

export interface FoundVerdicts {
  /** Verdicts by the JSON text of the judged record's id. */
  readonly byId: ReadonlyMap<string, readonly Verdict[]>;
  readonly summary?: VerdictSummary;
  /** Cost of the verdicts. Absent if no price is known. */
  readonly money?: Required<ModelReport>["money"];
}

/**
 * Returns the verdicts of all finished judge runs over a completed file. The newest verdict per
 * judge and template counts.
 */
export async function readVerdicts(
  completedFile: string,
  dataFolder: string,
): Promise<FoundVerdicts> {
  const byId = new Map<string, Verdict[]>();
  const seen = new Set<string>();
  const counted: string[] = [];
  for (const file of (await judgedFiles(completedFile, dataFolder)).reverse()) {
    const own = new Set<string>();
    for await (const text of completedTexts(file)) {
      const judged = judgedLine(text);
      if (!judged) continue;
      const { inputId, judge, template, verdict, error, response } = judged;
      const column = JSON.stringify([judge, template]);
      own.add(column);
      if (seen.has(column)) continue;
      counted.push(text);
      if (inputId !== undefined) {
        const said = { judge, template, ...defined({ verdict, error, response }) };
        computed(byId, inputId, () => []).push(said);
      }
    }
    own.forEach((column) => seen.add(column));
  }
  const summary = await verdictSummary(counted);
  return { byId, ...defined({ summary, money: moneyOf(counted) }) };
}

function moneyOf(lines: readonly string[]): FoundVerdicts["money"] {
  const tally = createModelTally();
  for (const text of lines) {
    const line = parseJsonText(text);
    if (!isJsonObject(line)) continue;
    const record = { index: 0, calls: [], verdicts: [], tokensOf: () => undefined };
    tally.addRecord(recordOfLine(line, record));
  }
  return tally.report().money;
}
