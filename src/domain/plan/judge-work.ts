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

/** The work of one judge: each answer with its prompt, once in each template. */
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
    // A judge sees each turn of a chat once.
    promptTokens: (work.promptTokens / averageTurns(work) + outputTokens) * count + ofTemplates,
    messages: calls,
    limitedAnswers: longestAnswer === undefined ? 0 : calls * longestAnswer,
    unlimitedCalls: longestAnswer === undefined ? calls : 0,
    longestPrompt: Math.max(0, ...templates) + work.longestPrompt,
    mostTurns: 1,
  };
}

/** Turn n of a chat is in all calls from the nth on, so in half of them on average. */
function averageTurns({ calls, records }: CallWork): number {
  return records === 0 ? 1 : (calls / records + 1) / 2;
}
