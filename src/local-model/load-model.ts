import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Mutex } from "async-mutex";
import { errorText } from "../domain/failure/error-text.js";
import { UserError } from "../domain/failure/user-error.js";
import { loadTransformers } from "./transformers.js";
import type { ChatMessage, TextGenerator, Transformers } from "./transformers.js";

export interface LocalModelOptions {
  /**
   * A folder with `config.json` and `onnx/`, or the name of a model on Hugging Face, such as
   * `onnx-community/gemma-3-270m-it-ONNX`.
   */
  readonly model: string;
  /**
   * Folder for relative paths, and the folder in which the optional package is looked up.
   * @default the current folder
   */
  readonly folder?: string;
  /** Absolute path of the folder for downloaded models. */
  readonly cacheFolder: string;
  /** Variant of the model's files: `fp32`, `fp16`, `q8`, `q4` … @default "fp32" */
  readonly dtype?: string;
}

export interface Generation {
  readonly text: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** A model that generates one text at a time. Other requests wait for their turn. */
export interface LocalModel {
  readonly name: string;
  /**
   * Generates a text. @param options generation options, under the names of transformers. Rejects
   * once `signal` fires.
   */
  readonly generate: (
    input: string | readonly ChatMessage[],
    options: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ) => Promise<Generation>;
}

/** Throws a `UserError` if the optional package or the model is missing. */
export async function loadLocalModel(options: LocalModelOptions): Promise<LocalModel> {
  const { model, folder = process.cwd(), cacheFolder, dtype = "fp32" } = options;
  const path = resolve(folder, model);
  const isFolder = existsSync(join(path, "config.json"));
  if (!isFolder && /^[./~]|\\/.test(model)) {
    throw new UserError(
      `Expected a model folder with a config.json at ${JSON.stringify(path)}, found none. Check the path, or name a model of Hugging Face.`,
    );
  }
  const transformers = await loadTransformers(folder);
  transformers.env.cacheDir = join(cacheFolder, "models");
  transformers.env.allowRemoteModels = !isFolder;
  if (isFolder) transformers.env.localModelPath = `${dirname(path)}/`;
  const name = isFolder ? basename(path) : model;
  return createModel(name, await loadGenerator(transformers, name, dtype), transformers);
}

async function loadGenerator(
  { pipeline }: Transformers,
  name: string,
  dtype: string,
): Promise<TextGenerator> {
  try {
    return await pipeline("text-generation", name, { dtype });
  } catch (error) {
    const why = errorText(error);
    throw new UserError(`The model ${JSON.stringify(name)} can't be loaded: ${why}`, {
      cause: error,
    });
  }
}

function createModel(
  name: string,
  generator: TextGenerator,
  { InterruptableStoppingCriteria }: Transformers,
): LocalModel {
  const running = new Mutex();
  const count = (text: string): number => generator.tokenizer(text).input_ids.dims.at(-1) ?? 0;
  const run = async (
    prompt: string | readonly ChatMessage[],
    options: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Generation> => {
    signal.throwIfAborted();
    const criteria = new InterruptableStoppingCriteria();
    const interrupt = (): void => criteria.interrupt();
    signal.addEventListener("abort", interrupt);
    try {
      const [first] = await generator(prompt, { ...options, stopping_criteria: criteria });
      signal.throwIfAborted();
      const generated = first?.generated_text ?? "";
      const text = typeof generated === "string" ? generated : (generated.at(-1)?.content ?? "");
      const asked = typeof prompt === "string" ? prompt : plainText(prompt);
      const isFull = typeof prompt === "string" && options["return_full_text"] !== false;
      const own = isFull && text.startsWith(asked) ? text.slice(asked.length) : text;
      return { text, promptTokens: count(asked), completionTokens: own === "" ? 0 : count(own) };
    } finally {
      signal.removeEventListener("abort", interrupt);
    }
  };
  return {
    name,
    generate: async (input, options, signal) => {
      const hasTemplate = Boolean(generator.tokenizer.chat_template);
      const isPlain = typeof input !== "string" && !hasTemplate;
      const prompt = isPlain ? plainText(input) : input;
      const given = isPlain ? { ...options, return_full_text: false } : options;
      return running.runExclusive(async () => run(prompt, given, signal));
    },
  };
}

/** Joins the messages' texts, one per line, as input for a model without a chat template. */
function plainText(messages: readonly ChatMessage[]): string {
  return messages.map(({ content }) => content).join("\n");
}
