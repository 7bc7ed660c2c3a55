/**
 * The built-in steps that ask a model: the columns of each, its prompt and the value of its answer.
 */
import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import type { AddStep, Row } from "../../domain/graph/graph.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { Prompt } from "../../domain/record/prompt-record.js";
import { rowTemplate } from "../templates/row-template.js";
import { structuredAnswer } from "./answer-check.js";
import type { CheckedAnswer } from "./answer-check.js";
import { askModel } from "./ask-model.js";
import type { Generation } from "./ask-model.js";
import type { ModelStep } from "./models.js";
import { chatPrompt, instructionPrompt, structuredPrompt, templatePrompt } from "./prompts.js";
import type { StepAt, StepEffects } from "./step-effects.js";

interface ModelProgram {
  readonly reads: readonly string[];
  readonly mayRead: readonly string[];
  /** The column of the answer. */
  readonly output: string;
  readonly prompt: (row: Row) => Prompt;
  readonly valueOf: (response: JsonValue) => CheckedAnswer;
}

const programs = new WeakMap<ModelStep, ModelProgram>();
const asItIs = (value: JsonValue): CheckedAnswer => ({ value });
const ofInstruction = { reads: ["instruction"], mayRead: ["system_prompt"] };

/** Throws for an invalid template. */
function modelProgram(definition: ModelStep): ModelProgram {
  switch (definition.use) {
    case "text-generation":
      return {
        ...ofInstruction,
        output: "generation",
        prompt: (row) => instructionPrompt(definition, row),
        valueOf: asItIs,
      };
    case "chat-generation":
      return {
        reads: ["messages"],
        mayRead: [],
        output: "generation",
        prompt: (row) => chatPrompt(definition, row),
        valueOf: asItIs,
      };
    case "template":
      return {
        ...rowTemplate(definition.template).columns,
        output: definition.output ?? "generation",
        prompt: (row) => templatePrompt(definition, row),
        valueOf: asItIs,
      };
    case "structured-output":
      return {
        ...(definition.template === undefined
          ? ofInstruction
          : rowTemplate(definition.template).columns),
        output: definition.output ?? "generation",
        prompt: (row) => structuredPrompt(definition, row),
        valueOf: (response) => structuredAnswer(response, definition.schema),
      };
  }
}

/** The columns of a model step in the graph; none are read by a template that can't be parsed. */
export function modelColumns(
  name: string,
  definition: ModelStep,
): Pick<AddStep, "reads" | "mayRead" | "writes" | "many"> {
  const { reads, mayRead, output } = programOrNone(definition);
  const isMany = (definition.num_generations ?? 1) > 1 && definition.group_generations !== true;
  return {
    reads,
    ...defined({ mayRead: mayRead.length === 0 ? undefined : mayRead }),
    writes: [output, "model_name", ...(definition.metadata === true ? [metadataColumn(name)] : [])],
    ...defined({ many: isMany ? true : undefined }),
  };
}

function programOrNone(definition: ModelStep): Pick<ModelProgram, "reads" | "mayRead" | "output"> {
  try {
    return modelProgram(definition);
  } catch {
    // The check reports the template by itself.
    const output = "output" in definition ? (definition.output ?? "generation") : "generation";
    return { reads: [], mayRead: [], output };
  }
}

/** Resolves to the columns that the step adds: one row, or one for each ungrouped generation. */
export async function runModelStep(
  definition: ModelStep,
  { row, at }: { readonly row: Row; readonly at: StepAt },
  effects: StepEffects,
): Promise<readonly Row[]> {
  const { prompt, output, valueOf } = computed(programs, definition, () =>
    modelProgram(definition),
  );
  const question = { definition, prompt: prompt(row), row, output, valueOf };
  const generations = await askModel(question, effects, at);
  const hasMetadata = definition.metadata === true;
  const more = (metadata: () => JsonValue): Row =>
    hasMetadata ? { [metadataColumn(at.step)]: metadata() } : {};
  // A prompt came from JSON, so it is a JSON value.
  const metadataOf = ({ response, usage }: Generation): JsonValue => ({
    raw_input: question.prompt as JsonValue,
    raw_output: response,
    usage: usage ?? null,
  });
  if (definition.group_generations === true) {
    return [{ ...grouped(output, generations), ...more(() => generations.map(metadataOf)) }];
  }
  return generations.map((one) => ({
    [output]: one.value,
    model_name: one.modelName,
    ...more(() => metadataOf(one)),
  }));
}

/**
 * The column with what a step sent and got. Each step has one of its own, so branches keep theirs.
 */
function metadataColumn(step: string): string {
  return `${step}_metadata`;
}

/** Lists of values; the model's name stays one text, of the first where fallbacks have answered. */
function grouped(output: string, generations: readonly Generation[]): Row {
  return {
    [output]: generations.map(({ value }) => value),
    model_name: generations[0]?.modelName ?? null,
  };
}
