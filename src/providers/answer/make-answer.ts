import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";

/** The parts of an API's body that make up an answer, under our names. */
export interface Told {
  readonly response: JsonValue;
  readonly model?: JsonValue | undefined;
  readonly finishReason?: JsonValue | undefined;
  readonly usage?: JsonValue | undefined;
  readonly extra?: JsonObject;
}

/** Makes an answer without the parts that the API omitted or sent as `null`. */
export function makeAnswer({ response, model, finishReason, usage, extra = {} }: Told): Answer {
  return {
    response,
    ...(isTold(model) && { model }),
    ...(isTold(finishReason) && { finishReason }),
    ...(isTold(usage) && { usage }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function isTold(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null;
}
