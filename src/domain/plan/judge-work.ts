import { noWork } from "./call-work.js";
import type { CallWork } from "./call-work.js";

export interface JudgedAnswers {
  readonly work: CallWork;
  /** Tokens of all answers together. */
  readonly outputTokens: number;
  /** Tokens of each template. */
  readonly templates: readonly number[];
  /** Maximum tokens of a verdict. */
  readonly longestAnswer?: number;
}

/**
 * Returns the work of one judge. Each answer is sent once per template, together with its prompt.
 */
export function judgeWorkOf(judged: JudgedAnswers): CallWork {
  const { work, outputTokens, templates, longestAnswer } = judged;
  const { records } = work;
  const count = templates.length;
  const calls = records * count;
  const ofTemplates = templates.reduce((sum, tokens) => sum + tokens, 0) * records;
  return {
    ...noWork,
    records: calls,
    calls,
    // A judge gets each turn of a chat once.
    promptTokens: (work.promptTokens / averageTurns(work) + outputTokens) * count + ofTemplates,
    messages: calls,
    limitedAnswers: longestAnswer === undefined ? 0 : calls * longestAnswer,
    unlimitedCalls: longestAnswer === undefined ? calls : 0,
    longestPrompt: Math.max(0, ...templates) + work.longestPrompt,
    mostTurns: 1,
  };
}

/**
 * Returns the average number of calls that a turn of a chat is part of. Turn n is part of all calls
 * from the nth on, which is half of the calls on average.
 */
function averageTurns({ calls, records }: CallWork): number {
  return records === 0 ? 1 : (calls / records + 1) / 2;
}
