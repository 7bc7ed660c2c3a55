import { defined } from "../defined.js";
import { sumOfCosts } from "../money/spending.js";
import { addUsage } from "../tokens/add-usage.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import type { Answer } from "./outcome.js";

/**
 * Combines the answers to a chat's turns. Responses, finish reasons and other keys become lists by
 * turn (`null` for a missing value). Usage is added up, and the model comes from the last answer.
 */
export function chatAnswer(turns: readonly Answer[]): Answer {
  const model = turns.findLast((turn) => turn.model !== undefined)?.model;
  const finishReason = perTurn(turns.map((turn) => turn.finishReason));
  const usage = addUsage(turns.flatMap((turn) => (turn.usage === undefined ? [] : [turn.usage])));
  const cost = sumOfCosts(turns.map((turn) => turn.cost));
  const extra = extraOf(turns);
  return {
    response: turns.map((turn) => turn.response),
    ...defined({ model }),
    ...defined({ finishReason, usage, cost }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function extraOf(turns: readonly Answer[]): JsonObject {
  const keys = [...new Set(turns.flatMap((turn) => Object.keys(turn.extra ?? {})))];
  return Object.fromEntries(
    keys.map((key) => [key, turns.map((turn) => turn.extra?.[key] ?? null)]),
  );
}

function perTurn(values: readonly (JsonValue | undefined)[]): readonly JsonValue[] | undefined {
  return values.some((value) => value !== undefined)
    ? values.map((value) => value ?? null)
    : undefined;
}
