/**
 * The built-in steps that ask a model: their columns, their prompts and the values of their
 * answers.
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
  /** Name of the answer's column. */
  readonly output: string;
  readonly prompt: (row: Row) => Prompt;
  readonly valueOf: (response: JsonValue) => CheckedAnswer;
}

const programs = new WeakMap<ModelStep, ModelProgram>();
const asItIs = (value: JsonValue): CheckedAnswer => ({ value });
const ofInstruction = { reads: ["instruction"], mayRead: ["system_prompt"] };

/** Returns the program of a step. Throws for an invalid template. */
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

/**
 * Returns the columns of a model step in the graph. A template that cannot be parsed reads no
 * columns.
 */
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
    // The check reports the invalid template.
    const output = "output" in definition ? (definition.output ?? "generation") : "generation";
    return { reads: [], mayRead: [], output };
  }
}

/** Runs a step. Resolves to the columns that it adds: one set, or one per ungrouped generation. */
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
 * Returns the name of the column with the step's prompt and answer. Each step has its own, so that
 * joined branches keep theirs.
 */
function metadataColumn(step: string): string {
  return `${step}_metadata`;
}

/**
 * Returns lists of the values. The name of the model stays one text: the model of the first answer,
 * even if fallbacks gave others.
 */
function grouped(output: string, generations: readonly Generation[]): Row {
  return {
    [output]: generations.map(({ value }) => value),
    model_name: generations[0]?.modelName ?? null,
  };
}
