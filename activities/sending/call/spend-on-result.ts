import type { Environment } from "../../../src/domain/environment.js";
import { costOf } from "../../../src/domain/money/cost-of.js";
import { spendOf } from "../../../src/domain/money/spending.js";
import type { Spend } from "../../../src/domain/money/spending.js";
import type { Answer } from "../../../src/domain/record/outcome.js";
import type { PromptRecord } from "../../../src/domain/record/prompt-record.js";
import type { PriceOf } from "../../../src/providers/prices/price-source.js";
import type { Provider } from "../../../src/providers/provider.js";
import { tokensOf } from "../../../src/providers/tokens/count-tokens.js";
import type { CallResult } from "./call-provider.js";
import type { PreparedCall } from "./call-request.js";

/** A call that was answered. */
export interface AnsweredCall {
  readonly record: PromptRecord;
  readonly provider: Provider;
  readonly environment: Environment;
  readonly answer: Answer;
  readonly sentAt: number;
}

/** Returns the spending on a call that has ended; `undefined` if it has no answer. */
export function spendOnResult(
  { request: { record }, priceOf, ...prepared }: PreparedCall,
  result: CallResult,
  sentAt: number,
): Spend | undefined {
  if (result === "aborted" || !("answer" in result)) return undefined;
  return spendOnCall({ ...prepared, record, answer: result.answer, sentAt }, priceOf);
}

/** Returns the spending on a call; `undefined` for a call of the `test` API, which asks nobody. */
function spendOnCall(call: AnsweredCall, priceOf: PriceOf): Spend | undefined {
  const { record, provider, environment, answer, sentAt } = call;
  const model = typeof answer.model === "string" ? answer.model : undefined;
  const price = priceOf({ record, provider, environment, model, atMs: sentAt });
  if (price === undefined && provider.name === "test") return undefined;
  const counts = tokensOf(provider, answer.usage);
  return spendOf(price && counts && costOf(counts, price), counts);
}
