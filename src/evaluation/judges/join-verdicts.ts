import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import { judgedLine } from "../../domain/scores/judged-line.js";
import type { JudgedLine, Verdict } from "../../domain/scores/judged-line.js";
import { membersOf } from "../../domain/json/json-members.js";
import type { JsonObject } from "../../domain/json/json.js";
import { withScores } from "../../domain/scores/scored-line.js";
import { UserError } from "../../domain/failure/user-error.js";

/**
 * Adds `verdicts` to each line with an answer: judge, template, verdict and error. For a judge
 * without `parse`, the response replaces the verdict. Only the verdicts are kept in memory.
 * @param answers the judged answers, in their order
 * @param judged lines of the judge runs over these answers, oldest first; the newest counts for
 * each judge and template
 * @throws UserError if the runs judged other answers
 */
export async function* joinVerdicts(
  answers: AsyncIterable<string>,
  judged: readonly AsyncIterable<string>[],
): AsyncGenerator<string, void, undefined> {
  const columns = new Map<string, JudgedLine[]>();
  for (const lines of judged) {
    for (const [key, column] of await columnsOf(lines)) columns.set(key, column);
  }
  let place = 0;
  for await (const line of answers) {
    const id = membersOf(line).get("id");
    const verdicts: JsonObject[] = [];
    for (const column of columns.values()) {
      const one = column[place];
      if (!one) continue;
      if (one.inputId !== id) throw otherAnswers(id, one);
      verdicts.push(verdictOf(one));
    }
    yield withScores(line, ["verdicts"], [["verdicts", verdicts]]);
    place += 1;
  }
}

/** Groups the lines by judge and template. Each pair has judged all answers, in their order. */
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
    ...{ judge, template },
    ...defined({ verdict, error, response }),
  };
}

function otherAnswers(id: string | undefined, { judge, inputId }: JudgedLine): UserError {
  return new UserError(
    `Expected the verdict of "${judge}" on the record ${id ?? "without id"}, got the one on ${inputId ?? "a record without id"}: the completed file has other answers than when it was judged. Judge it again: \`ostinato judge\`.`,
  );
}
