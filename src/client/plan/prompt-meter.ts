import { computed } from "../../domain/computed.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { MeasuredPrompt } from "../../domain/plan/call-work.js";
import { isChat } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { loadTokenizer, textsIn } from "../../providers/tokens/tokens-in.js";

/**
 * Maximum number of characters of one text that are counted exactly. The remaining characters are
 * assumed to have as many tokens each.
 */
const longestCounted = 20_000;
/**
 * Number of characters of one `<api>/<model>`, and of all models, after which only every fiftieth
 * prompt is counted.
 */
const countedOfTarget = 50_000;
const countedOfAll = 1_000_000;
const countedEvery = 50;

interface Rate {
  prompts: number;
  characters: number;
  tokens: number;
}

/**
 * Estimates the tokens of prompts with OpenAI's newest tokenizer. It counts the first prompts of
 * each `<api>/<model>` and some of the others, because counting all of a large file would delay its
 * start by minutes.
 */
export class PromptMeter {
  readonly #count: (text: string) => number;
  readonly #rates = new Map<string, Rate>();
  #counted = 0;

  constructor(count: (text: string) => number) {
    this.#count = count;
  }

  /** @param target `<api>/<model>` */
  measure(target: string, record: Pick<PromptRecord, "prompt" | "parameters">): MeasuredPrompt {
    const { prompt, parameters } = record;
    const rate = computed(this.#rates, target, () => ({ prompts: 0, characters: 0, tokens: 0 }));
    rate.prompts += 1;
    const isCounted =
      (rate.characters < countedOfTarget && this.#counted < countedOfAll) ||
      rate.prompts % countedEvery === 1;
    const tokensOf = (value: JsonValue): number =>
      textsIn(value).reduce((sum, text) => sum + this.#tokensOf(text, rate, isCounted), 0);
    // Some APIs take system prompts and tools as parameters.
    const around = tokensOf(parameters ?? {});
    if (!isChat(prompt)) {
      const messages = typeof prompt === "string" ? 1 : prompt.length;
      const whole = typeof prompt === "string" ? prompt : [...prompt];
      return { turns: [around + tokensOf(whole)], messages };
    }
    const [first = 0, ...others] = prompt.map(tokensOf);
    return { turns: prompt.length === 0 ? [] : [around + first, ...others], messages: 1 };
  }

  #tokensOf(text: string, rate: Rate, isCounted: boolean): number {
    if (!isCounted) return (text.length * rate.tokens) / Math.max(1, rate.characters);
    const counted = text.slice(0, longestCounted);
    const tokens = this.#count(counted);
    this.#counted += counted.length;
    rate.characters += counted.length;
    rate.tokens += tokens;
    return counted.length === 0 ? 0 : (tokens * text.length) / counted.length;
  }
}

export async function openPromptMeter(): Promise<PromptMeter> {
  return new PromptMeter(await loadTokenizer());
}
