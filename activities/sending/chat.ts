import { defined } from "../../src/domain/defined.js";
import { sumOfCosts } from "../../src/domain/money/spending.js";
import { chatAnswer } from "../../src/domain/record/chat-answer.js";
import type { LogLine } from "../../src/domain/record/log-line.js";
import type { Answer, Outcome } from "../../src/domain/record/outcome.js";
import { isChat, turnCount } from "../../src/domain/record/prompt-record.js";
import type { PromptRecord } from "../../src/domain/record/prompt-record.js";
import type { CallFacts, FinalEnd, MakeCall } from "./call/call-request.js";

/**
 * Makes the calls of a record. A chat makes one call per turn, each with the earlier answers. Any
 * other prompt is a single call. The last call's result is the record's outcome, so both are
 * written to disk in one line.
 */
export async function askRecord(
  record: PromptRecord,
  makeCall: MakeCall,
): Promise<"completed" | "failed"> {
  const answers: Answer[] = [];
  while (answers.length < turnCount(record.prompt)) {
    const before = [...answers];
    const end = await makeCall({
      key: before.length,
      record,
      answers: before,
      lineOf: (end, facts) => lineOf({ record, answers: before, end }, facts),
    });
    if (end.status === "failed") return "failed";
    answers.push(end.answer);
    if (end.answer.endsChat) break;
  }
  return "completed";
}

interface Turn {
  readonly record: PromptRecord;
  /** Answers to the earlier turns. */
  readonly answers: readonly Answer[];
  readonly end: FinalEnd;
}

function lineOf({ record, answers, end }: Turn, facts: CallFacts): LogLine {
  const { position, sentAt, finishedAt, attempts } = facts;
  const spend = defined({ spend: facts.spend });
  if (end.status === "failed") {
    const cost = sumOfCosts(answers.map((answer) => answer.cost));
    const times = { sentAt, finishedAt, attempts };
    return outcomeLine(position, {
      status: "failed",
      ...times,
      error: end.error,
      ...defined({ cost }),
    });
  }
  const { endsChat = false, ...answer } = end.answer;
  const turn = answers.length;
  if (isChat(record.prompt) && !endsChat && turn + 1 < turnCount(record.prompt)) {
    return { kind: "turn", position, sentAt, finishedAt, turn, answer, ...spend };
  }
  const whole = isChat(record.prompt) ? chatAnswer([...answers, answer]) : answer;
  const outcome = { status: "completed", sentAt, finishedAt, attempts, ...whole } as const;
  return { ...outcomeLine(position, outcome), ...spend };
}

export function outcomeLine(position: number, outcome: Outcome): LogLine {
  return { kind: "outcome", position, finishedAt: outcome.finishedAt, outcome };
}
