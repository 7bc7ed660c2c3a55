/** Asks for the generations of a model step for one row. */
import { defined } from "../../domain/defined.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import type { Row } from "../../domain/graph/graph.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { Prompt } from "../../domain/record/prompt-record.js";
import type { ModelStepBase } from "../definition/definition.js";
import { ruleFault, verdictFault } from "./answer-check.js";
import type { CheckedAnswer } from "./answer-check.js";
import { modelOf, modelsOf } from "./models.js";
import { blockedType } from "./step-effects.js";
import type { StepAt, StepEffects } from "./step-effects.js";

export interface Question {
  readonly definition: ModelStepBase;
  readonly prompt: Prompt;
  /** The row as the step sees it. */
  readonly row: Row;
  /** Name of the answer's column. */
  readonly output: string;
  /** Returns the value of an answer. @default the answer itself */
  readonly valueOf: (response: JsonValue) => CheckedAnswer;
}

export interface Generation {
  readonly value: JsonValue;
  /** Name of the model as it was asked, without its API. */
  readonly modelName: string;
  readonly response: JsonValue;
  /** Usage as the API sent it. */
  readonly usage?: JsonValue;
  /** True if an earlier run made the call. */
  readonly isEarlier?: true;
}

interface Pending {
  readonly index: number;
  /** Index of the model among the step's model and its fallbacks. */
  readonly model: number;
  /** Number of this run's answers that did not pass. */
  readonly wrong: number;
}

type Step = { readonly next: Pending } | { readonly generation: Generation };

/**
 * Asks in rounds. The calls of a round are made together, and answers that did not pass are asked
 * for again in the next round. The order of the calls then depends only on the answers, never on
 * their times, so that a walk over a journal makes the same calls.
 */
export async function askModel(
  question: Question,
  effects: StepEffects,
  at: StepAt,
): Promise<readonly Generation[]> {
  const count = question.definition.num_generations ?? 1;
  const generations = new Map<number, Generation>();
  let pending = Array.from({ length: count }, (_, index): Pending => ({
    index,
    model: 0,
    wrong: 0,
  }));
  while (pending.length > 0) {
    const answers = await inOrder(pending, async (each) =>
      answerOf(question, each, { effects, at }),
    );
    const steps = await inOrder(answers, async (answer, index) => {
      const each = pending[index];
      if (!each) throw new Error("Expected an answer for each pending generation.");
      return "next" in answer ? answer : judged(question, each, { answer, effects, at });
    });
    pending = steps.flatMap((step, index) => {
      if ("next" in step) return [step.next];
      generations.set(pending[index]?.index ?? index, step.generation);
      return [];
    });
  }
  return [...generations].sort(([a], [b]) => a - b).map(([, generation]) => generation);
}

/**
 * Waits for all promises, and throws the error of the first failed item, not the error that came
 * first.
 */
async function inOrder<Item, Result>(
  items: readonly Item[],
  run: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  // Most steps ask once, and each call is faster with one promise less.
  const [only] = items;
  if (only !== undefined && items.length === 1) return [await run(only, 0)];
  const settled = await Promise.allSettled(items.map(run));
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

interface Asking {
  readonly effects: StepEffects;
  readonly at: StepAt;
}

type RawAnswer = Omit<Generation, "value">;

async function answerOf(
  { definition, prompt }: Question,
  each: Pending,
  { effects, at }: Asking,
): Promise<RawAnswer | { readonly next: Pending }> {
  const models = modelsOf(definition);
  const { api, modelName } = modelOf(models[each.model] ?? "");
  const record = { api, model_name: modelName, prompt, parameters: definition.parameters ?? {} };
  try {
    const { response, usage, isEarlier } = await effects.call({ record }, at);
    return { response, modelName, ...defined({ usage, isEarlier }) };
  } catch (error) {
    const isBlocked = error instanceof RowError && error.type === blockedType;
    if (!isBlocked || each.model + 1 >= models.length) throw error;
    return { next: { ...each, model: each.model + 1 } };
  }
}

async function judged(
  question: Question,
  each: Pending,
  { answer, ...asking }: Asking & { readonly answer: RawAnswer },
): Promise<Step> {
  const { definition } = question;
  const checked = question.valueOf(answer.response);
  const fault = checked.wrong ?? (await faultOf(question, checked.value, { answer, ...asking }));
  if (fault === undefined && checked.wrong === undefined) {
    return { generation: { ...answer, value: checked.value } };
  }
  // Otherwise a row that failed here in an earlier run would fail again without a request.
  if (answer.isEarlier) return { next: each };
  const retries = definition.retries ?? 2;
  if (each.wrong < retries) return { next: { ...each, wrong: each.wrong + 1 } };
  const asked = retries === 0 ? "The answer" : `The last of ${retries + 1} answers`;
  throw new RowError("InvalidAnswer", `${asked} did not pass: ${fault ?? "no reason"}.`);
}

async function faultOf(
  { definition: { validate }, row, output }: Question,
  value: JsonValue,
  { answer, effects, at }: Asking & { readonly answer: RawAnswer },
): Promise<string | undefined> {
  if (!validate) return undefined;
  const fault = ruleFault(value, validate);
  if (fault !== undefined || validate.function === undefined) return fault;
  const written = { ...row, [output]: value, model_name: answer.modelName };
  return verdictFault(await effects.run(validate.function, written, at), validate.function);
}
