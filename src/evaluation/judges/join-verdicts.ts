import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import { judgedLine } from "../../domain/scores/judged-line.js";
import type { JudgedLine, Verdict } from "../../domain/scores/judged-line.js";
import { membersOf } from "../../domain/json/json-members.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { isAnswered } from "../../domain/record/line-end.js";
import { withScores } from "../../domain/scores/scored-line.js";
import { UserError } from "../../domain/failure/user-error.js";

/**
 * Adds `verdicts` to each line with an answer: judge, template, verdict and error. For a judge
 * without `parse`, the response replaces the verdict. Only the verdicts are kept in memory.
 * @param answers the judged answers, in order
 * @param judged lines of the judge runs over these answers, oldest first. The newest run counts for
 *   each judge and template.
 * @throws UserError if the runs judged other answers
 */
export async function* joinVerdicts(
  answers: AsyncIterable<string>,
  judged: readonly AsyncIterable<string>[],
): AsyncGenerator<string, void, undefined> {
  const verdictsAt = await verdictsByPlace(judged);
  let place = 0;
  for await (const line of answers) {
    const id = membersOf(line).get("id");
    const verdicts = verdictsAt(place).map((one) => {
      if (one.inputId !== id) throw otherAnswers(id, one);
      return verdictOf(one);
    });
    yield withScores(line, ["verdicts"], [["verdicts", verdicts]]);
    place += 1;
  }
}

/**
 * Adds the verdicts to each line with an answer as scores under `<judge>/<template>`: numbers, and
 * the labels true, false, yes and no as booleans. Verdicts on other answers are left out.
 *
 * @param lines all lines of a completed file
 */
export async function* joinVerdictScores(
  lines: AsyncIterable<string>,
  judged: readonly AsyncIterable<string>[],
): AsyncGenerator<string, void, undefined> {
  const verdictsAt = await verdictsByPlace(judged);
  let place = 0;
  for await (const line of lines) {
    if (!hasAnswer(line)) {
      yield line;
      continue;
    }
    const id = membersOf(line).get("id");
    const scores = verdictsAt(place).flatMap(({ judge, template, verdict, inputId }) => {
      const score = inputId === id ? scoreOf(verdict) : undefined;
      return score === undefined ? [] : ([[`${judge}/${template}`, score]] as const);
    });
    const keys = scores.map(([key]) => key);
    yield withScores(line, keys, scores);
    place += 1;
  }
}

function hasAnswer(line: string): boolean {
  const value = parseJsonText(line);
  return isJsonObject(value) && isAnswered(value) && value["response"] !== null;
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...(["true", "yes"] as const).map((label) => [label, true] as const),
  ...(["false", "no"] as const).map((label) => [label, false] as const),
]);

function scoreOf(verdict: Verdict["verdict"]): number | boolean | undefined {
  if (typeof verdict !== "string") return verdict ?? undefined;
  return booleans.get(verdict.trim().toLowerCase());
}

/** Returns the verdicts on the answer at an index, one per judge and template. */
async function verdictsByPlace(
  judged: readonly AsyncIterable<string>[],
): Promise<(place: number) => readonly JudgedLine[]> {
  const columns = new Map<string, JudgedLine[]>();
  for (const lines of judged) {
    for (const [key, column] of await columnsOf(lines)) columns.set(key, column);
  }
  return (place) => [...columns.values()].flatMap((column) => column[place] ?? []);
}

/**
 * Groups the lines by judge and template. Each pair has judged all answers, in the order of the
 * answers.
 */
async function columnsOf(lines: AsyncIterable<string>): Promise<Map<string, JudgedLine[]>> {
  const columns = new Map<string, JudgedLine[]>();
  for await (const line of lines) {
    const judged = judgedLine(line);
    if (!judged) continue;
    const key = JSON.stringify([judged.judge, judged.template]);
    const column = computed(columns, key, () => []);
    column.push(judged);
  }
  return columns;
}

function verdictOf({ judge, template, verdict, error, response }: Verdict): JsonObject {
  return {
    judge,
    template,
    ...defined({ verdict, error, response }),
  };
}

function otherAnswers(id: string | undefined, { judge, inputId }: JudgedLine): UserError {
  return new UserError(
    `Expected the verdict of "${judge}" on the record ${id ?? "without id"}, got the one on ${inputId ?? "a record without id"}: the completed file has other answers than when it was judged. Judge it again: \`ostinato judge\`.`,
  );
}
