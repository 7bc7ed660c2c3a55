import { resolve } from "node:path";
import { defined } from "../../domain/defined.js";
import type { Environment } from "../../domain/environment.js";
import type { JsonObject } from "../../domain/json/json.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { Prompt } from "../../domain/record/prompt-record.js";
import { readEnvironment } from "../../providers/access/environment.js";
import type { createOpenRegistry } from "../../providers/registry/open-registry.js";
import type { GivenPipeline, PipelineSettings } from "./given-pipeline.js";
import type { Ask, DryRow } from "./dry-walks.js";
import { openDryWalks } from "./open-dry-walks.js";
import { smallestValue } from "../../schemas/smallest-value.js";

export interface DryRunOptions extends Pick<
  PipelineSettings,
  "dataset" | "providers" | "dataFolder"
> {
  /** Number of rows to walk, from the first. @default 1 */
  readonly rows?: number;
  /**
   * Send the calls. If false, prompts are rendered and each answer is a placeholder. @default true
   */
  readonly calls?: boolean;
  /** Environment file. @default ".env" */
  readonly envFile?: string;
  /** Environment variables. @default process.env */
  readonly env?: Environment;
}

interface AskerOptions extends Pick<DryRunOptions, "calls" | "envFile" | "env" | "dataFolder"> {
  /** The folder of a prompt's media files. @default that of the data folder */
  readonly mediaFolderOf?: (prompt: Prompt) => string | undefined;
}

/**
 * Walks the first rows through the whole graph in this process. Global steps get only these rows.
 * Needs no server, and neither reads nor writes files of runs. Throws a `UserError` for a pipeline
 * with problems.
 */
export async function* dryRun(
  given: GivenPipeline,
  options: DryRunOptions = {},
): AsyncGenerator<DryRow, void, undefined> {
  const { rows = 1, dataset, dataFolder, providers } = options;
  const first: JsonObject[] = [];
  const opened = await openDryWalks(given, {
    dataset,
    ...defined({ dataFolder, providers }),
    onRow: (row) => {
      if (first.length < rows) first.push(row);
    },
  });
  try {
    const asker = await askerOf(opened.registry.loadProvider, options);
    const ask: Ask = options.calls === false ? withSchemas(given.definition.steps, asker) : asker;
    yield* opened.walks(ask).rows(first);
  } finally {
    await opened.close();
  }
}

/**
 * Answers a structured output with a value that fits its schema. Throws if no such value is found,
 * because the placeholder of other steps is not JSON.
 */
function withSchemas(steps: GivenPipeline["definition"]["steps"], ask: Ask): Ask {
  return async (record, step) => {
    const definition = steps[step];
    if (definition?.use !== "structured-output") return ask(record, step);
    const value = smallestValue(definition.schema);
    if (value !== undefined) return { response: JSON.stringify(value) };
    throw new Error(
      `no placeholder was found that fits the \`schema\` of "${step}". Run it without --no-calls`,
    );
  };
}

/** Returns a function that asks the providers of this process. Equal calls are sent once. */
export async function askerOf(
  loadProvider: Awaited<ReturnType<ReturnType<typeof createOpenRegistry>>>["loadProvider"],
  options: AskerOptions,
): Promise<Ask> {
  const { calls = true, envFile = ".env", env = process.env, dataFolder = "data" } = options;
  if (!calls) return async (record) => ({ response: `<answer of ${targetOf(record)}>` });
  const environment = await readEnvironment(resolve(envFile), env);
  return async (record) => {
    const provider = await loadProvider(record.api);
    const own = options.mediaFolderOf?.(record.prompt);
    const mediaFolder = own ?? resolve(dataFolder, "media");
    const signal = AbortSignal.timeout(300_000);
    return provider.send({
      record,
      environment,
      turn: 0,
      answers: [],
      mediaFolder,
      attempt: 1,
      signal,
    });
  };
}
