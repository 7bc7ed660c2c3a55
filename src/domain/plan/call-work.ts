/** The calls of one `<api>/<model>`, according to the input, before anything is sent. */
export interface CallWork {
  readonly records: number;
  /** Number of calls without retries. A chat has one call per turn. */
  readonly calls: number;
  /** Tokens of all prompts. Each call of a chat includes the chat's earlier messages. */
  readonly promptTokens: number;
  /** Number of messages in all prompts. Each message has some additional tokens. */
  readonly messages: number;
  /** Number of answers that are sent again as earlier turns of chats. */
  readonly answersSentAgain: number;
  /** Sum of the maximum tokens over all answers with a maximum. */
  readonly limitedAnswers: number;
  /** Number of calls whose answer has no maximum. */
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

/** Adds up two works. */
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

/** Returns the work of `factor` times as many records. */
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

/** Tokens of a prompt's texts, each of which is sent as one message. */
export interface MeasuredPrompt {
  /** Tokens of each turn of a chat, or of the whole prompt. */
  readonly turns: readonly number[];
  /** Number of messages in the first call. */
  readonly messages: number;
  /** Maximum tokens of each answer. */
  readonly longestAnswer?: number;
}

/** Returns the work of one record. */
export function workOf({ turns, messages, longestAnswer }: MeasuredPrompt): CallWork {
  const calls = turns.length;
  // The first turn is part of all calls of a chat, the last turn of one call.
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
