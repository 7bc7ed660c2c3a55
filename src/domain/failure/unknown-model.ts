/**
 * Recognizes a refusal for a model that the API does not know. OpenAI, Anthropic and Google answer
 * with 404; DeepSeek, Mistral and OpenRouter with 400.
 */
const codes: ReadonlySet<string> = new Set(["model_not_found", "invalid_model"]);

const words =
  /\b(invalid|unknown|no such) model\b(?! (input|output|param))|\bnot a valid model\b|\bmodel\b.{0,80}\b(does not|doesn't|not) exist\b|\bmodel\b.{0,80}\bnot found\b/i;

/** @param code the API's own code, if any */
export function saysUnknownModel(message: string, code?: string): boolean {
  return (code !== undefined && codes.has(code.toLowerCase())) || words.test(message);
}
