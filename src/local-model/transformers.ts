import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../domain/failure/user-error.js";

/** The part of `@huggingface/transformers`, an optional package, that text generation uses. */
export interface Transformers {
  readonly env: { localModelPath: string; cacheDir: string | null; allowRemoteModels: boolean };
  readonly pipeline: (
    task: "text-generation",
    model: string,
    options: { readonly dtype?: string },
  ) => Promise<TextGenerator>;
  readonly InterruptableStoppingCriteria: new () => { interrupt: () => void };
}

export interface TextGenerator {
  (
    input: string | readonly ChatMessage[],
    options: Readonly<Record<string, unknown>>,
  ): Promise<readonly { readonly generated_text: string | readonly ChatMessage[] }[]>;
  readonly tokenizer: {
    (text: string): { readonly input_ids: { readonly dims: readonly number[] } };
    /** Chat template; `null` if the model has none. */
    readonly chat_template: unknown;
  };
}

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

const packageName = "@huggingface/transformers";
const version = "4.3.1";

/**
 * Loads the package installed beside Ostinato, otherwise the one in `folder`. Throws a `UserError`
 * with the command that installs it.
 */
export async function loadTransformers(folder: string): Promise<Transformers> {
  for (const base of [import.meta.url, pathToFileURL(join(folder, "package.json")).href]) {
    const path = resolveFrom(base);
    if (path === undefined) continue;
    // The package's own types exist only if it is installed.
    const module = (await import(pathToFileURL(path).href)) as { default?: Transformers };
    return module.default ?? (module as unknown as Transformers);
  }
  throw new UserError(
    `A local model needs the package ${packageName}, which is not installed with Ostinato. Install it in this folder: ` +
      `npm install --ignore-scripts ${packageName}@${version}`,
  );
}

function resolveFrom(base: string): string | undefined {
  try {
    return createRequire(base).resolve(packageName);
  } catch {
    return undefined;
  }
}
