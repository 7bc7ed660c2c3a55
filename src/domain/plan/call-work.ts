/** The calls of one `<api>/<model>`, as the input shows them before anything is sent. */
export interface CallWork {
  readonly records: number;
  /** Number of calls if none fails. A chat has one call per turn. */
  readonly calls: number;
  /** Tokens of all prompts, with the earlier messages of a chat in each of its calls. */
  readonly promptTokens: number;
  /** Messages in all prompts. Each has some tokens of its own. */
  readonly messages: number;
  /** Answers that are sent again as earlier turns of chats. */
  readonly answersSentAgain: number;
  /** Sum of the maximum tokens of the answers that have one. */
  readonly limitedAnswers: number;
  /** Calls whose answer has no maximum. */
  readonly unlimitedCalls: number;
  /** Tokens of the longest prompt. */
  readonly longestPrompt: number;
  /** Turns of the longest chat. */
  readonly mostTurns: number;
}

export const noWork: CallWork = {
  records: 0,
  calls: 0,
  promptTokens: 0,
  messages: 0,
  answersSentAgain: 0,
  limitedAnswers: 0,
  unlimitedCalls: 0,
  longestPrompt: 0,
  mostTurns: 0,
};

/** Adds the work of several records, or of a record to that of others. */
export function addWork(one: CallWork, other: CallWork): CallWork {
  return {
    records: one.records + other.records,
    calls: one.calls + other.calls,
    promptTokens: one.promptTokens + other.promptTokens,
    messages: one.messages + other.messages,
    answersSentAgain: one.answersSentAgain + other.answersSentAgain,
    limitedAnswers: one.limitedAnswers + other.limitedAnswers,
    unlimitedCalls: one.unlimitedCalls + other.unlimitedCalls,
    longestPrompt: Math.max(one.longestPrompt, other.longestPrompt),
    mostTurns: Math.max(one.mostTurns, other.mostTurns),
  };
}

/** The work of `factor` times as many records. */
export function scaleWork(work: CallWork, factor: number): CallWork {
  return {
    ...work,
    records: work.records * factor,
    calls: work.calls * factor,
    promptTokens: work.promptTokens * factor,
    messages: work.messages * factor,
    answersSentAgain: work.answersSentAgain * factor,
    limitedAnswers: work.limitedAnswers * factor,
    unlimitedCalls: work.unlimitedCalls * factor,
  };
}

/** The texts of a prompt that are sent as one message each, with their tokens. */
export interface MeasuredPrompt {
  /** Tokens of each turn of a chat, or of the whole prompt. */
  readonly turns: readonly number[];
  /** Messages of the first call. */
  readonly messages: number;
  /** Maximum tokens of each answer. */
  readonly longestAnswer?: number;
}

/** The work of one record. */
export function workOf({ turns, messages, longestAnswer }: MeasuredPrompt): CallWork {
  const calls = turns.length;
  // The first turn is in all calls of a chat, the last one in one.
  const promptTokens = turns.reduce((sum, tokens, turn) => sum + tokens * (calls - turn), 0);
  const answersSentAgain = (calls * (calls - 1)) / 2;
  return {
    records: 1,
    calls,
    promptTokens,
    messages: calls * messages + 2 * answersSentAgain,
    answersSentAgain,
    limitedAnswers: longestAnswer === undefined ? 0 : calls * longestAnswer,
    unlimitedCalls: longestAnswer === undefined ? calls : 0,
    longestPrompt: turns.reduce((sum, tokens) => sum + tokens, 0),
    mostTurns: calls,
  };
}
