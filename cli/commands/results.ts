import { resolve } from "node:path";
import type { FormatOptions, ResultFormat } from "../../src/client/answers/format-results.js";
import { defined } from "../../src/domain/defined.js";
import { shellWord } from "../../src/domain/shell-word.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { completedFileOf, isFile } from "../command-line/file-or-experiment.js";
import { requiredArgument } from "../command-line/required-argument.js";
import { grouped } from "../command-line/grouped.js";
import { settingsOf } from "../command-line/settings-of.js";
import { listFlag, textFlag } from "../command-line/text-flag.js";
import { jsonLine } from "../output/format/json.js";
import { withOstinato } from "../following/with-ostinato.js";

export const results: CliCommand = {
  settings: ["dataFolder"],
  flags: [
    ...grouped("Records:", [
      { flag: "--failed", description: "only the failed records" },
      {
        flag: "--model",
        takes: "MODEL",
        repeats: true,
        description: "only the records of this model, e.g. gpt-4o or openai/gpt-4o; repeatable",
      },
      {
        flag: "--judged",
        description: "write each answer once with the verdicts of its judges",
      },
      {
        flag: "--leaf",
        takes: "STEP",
        description: "write the rows of a pipeline at this step, one of those without successors",
      },
    ]),
    ...grouped("Form:", [
      {
        flag: "--columns",
        takes: "LIST",
        description:
          "keys to write, comma-separated, e.g. id,response,error.message (default: all)",
      },
      {
        flag: "--wide",
        description: "write one row per prompt, with a column of answers per model",
      },
      {
        flag: "--format",
        takes: "FORMAT",
        description: "jsonl, csv, md or parquet (default: by the ending of --output, or jsonl)",
      },
      {
        flag: "--separator",
        takes: "CHARACTER",
        description: "separator of CSV: `,`, `;` or `tab` (default: a comma; a tab for a .tsv)",
      },
      { flag: "--output", takes: "FILE", description: "file to write (default: stdout)" },
    ]),
  ],
  async run(invocation) {
    const options = optionsOf(invocation);
    const read = await readerOf(invocation);
    await read(async (texts) => {
      await write(invocation, texts, options);
    });
    return exitCodes.done;
  },
};

type Consume = (texts: AsyncIterable<string>) => Promise<void>;

/** Returns a function that reads the lines and keeps its resources open until the end. */
async function readerOf(invocation: Invocation): Promise<(consume: Consume) => Promise<void>> {
  const { terminal, ownFlags } = invocation;
  const name = requiredArgument(invocation);
  const { dataFolder } = settingsOf(invocation, ["dataFolder"]);
  if (ownFlags["judged"] === true) {
    const file = await completedFileOf(name, dataFolder, terminal);
    const { readJudgedAnswers } = await import("../../src/client/answers/read-judged-answers.js");
    return async (consume) => consume(readJudgedAnswers(file, { dataFolder }));
  }
  const leaf = textFlag(invocation, "leaf");
  if (leaf === undefined && isFile(name, terminal)) {
    const { completedTexts } = await import("../../src/storage/completed/completed-lines.js");
    return async (consume) => consume(completedTexts(resolve(terminal.folder, name)));
  }
  const { endedRun } = await import("../../src/client/answers/ended-run.js");
  const { findLeaves, leavesIn } = await import("../../src/client/pipeline/find-leaves.js");
  const { readExperimentResults, readRunResults } =
    await import("../../src/client/answers/read-experiment-results.js");
  const ended =
    leaf === undefined ? await endedRun(name, terminal.environment, { dataFolder }) : undefined;
  if (ended !== undefined) {
    return async (consume) => {
      await consume(readRunResults(ended));
      sayLeaves(await leavesIn(ended), invocation);
    };
  }
  return async (consume) =>
    withOstinato(terminal, async (ostinato) => {
      if (leaf !== undefined) {
        const { loadResult } = await import("../../src/client/pipeline/load-result.js");
        await consume(linesOf(loadResult(ostinato, name, { dataFolder, leaf })));
        return;
      }
      await consume(readExperimentResults(ostinato, name, { dataFolder }));
      sayLeaves(await findLeaves(ostinato, name, { dataFolder }), invocation);
    });
}

/**
 * Tells the user about the leaves of a pipeline. A pipeline has a record for each row of its
 * source, and rows at its leaves.
 */
function sayLeaves(leaves: readonly string[], invocation: Invocation): void {
  if (leaves.length === 0) return;
  const commands = leaves.map(
    (leaf) =>
      `\`ostinato results ${shellWord(requiredArgument(invocation))} --leaf ${shellWord(leaf)}\``,
  );
  invocation.terminal.talk(
    `These are the records of a pipeline, one for each row of its source. Its rows: ${commands.join(", ")}.`,
  );
}

async function* linesOf(rows: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const row of rows) yield jsonLine(row);
}

async function write(
  invocation: Invocation,
  texts: AsyncIterable<string>,
  options: FormatOptions,
): Promise<void> {
  const { terminal } = invocation;
  const { formatResults, writeResults } =
    await import("../../src/client/answers/format-results.js");
  const output = textFlag(invocation, "output");
  if (output !== undefined) {
    const path = resolve(terminal.folder, output);
    await writeResults(path, texts, options);
    await terminal.data(path);
    return;
  }
  for await (const piece of formatResults(texts, options)) await terminal.write(piece);
}

/** Returns the options. Refuses flags that cannot be combined, before anything is read. */
function optionsOf(invocation: Invocation): FormatOptions {
  const { terminal, ownFlags } = invocation;
  const failed = ownFlags["failed"] === true;
  const models = listFlag(invocation, "model");
  if (textFlag(invocation, "leaf") !== undefined && (failed || models.length > 0)) {
    throw new UserError(
      "--leaf writes rows, which have no model and have not failed. Leave out --failed and --model, or --leaf.",
    );
  }
  const wide = ownFlags["wide"] === true;
  if (wide && (textFlag(invocation, "leaf") !== undefined || ownFlags["judged"] === true)) {
    throw new UserError(
      "--wide writes the answers of models. Leave out --leaf and --judged, or --wide.",
    );
  }
  const output = textFlag(invocation, "output");
  const format = formatOf(textFlag(invocation, "format") ?? endingOf(output));
  const isToScreen = output === undefined && terminal.dataScreen.isTerminal;
  if (format === "parquet" && isToScreen) {
    throw new UserError("Parquet is not text. Name a file: --output FILE.parquet.");
  }
  const columns = textFlag(invocation, "columns")
    ?.split(",")
    .map((column) => column.trim())
    .filter((column) => column !== "");
  const separator = separatorOf(invocation, format);
  const optional = defined({ columns, separator });
  return { failed, models, format, wide, onNotice: terminal.talk, ...optional };
}

const separators: Readonly<Record<string, string>> = { ",": ",", ";": ";", tab: "\t", "\t": "\t" };

/**
 * Returns the separator. Refuses invalid characters, and a separator for a format other than CSV.
 */
function separatorOf(invocation: Invocation, format: ResultFormat): string | undefined {
  const given = textFlag(invocation, "separator");
  if (given === undefined) {
    return textFlag(invocation, "output")?.endsWith(".tsv") === true ? "\t" : undefined;
  }
  if (format !== "csv") {
    throw new UserError(`--separator is for CSV, and the format is ${format}. Use --format csv.`);
  }
  const separator = Object.hasOwn(separators, given) ? separators[given] : undefined;
  if (separator !== undefined) return separator;
  throw new UserError(
    `Expected --separator to be \`,\`, \`;\` or \`tab\`, got ${JSON.stringify(given)}.`,
  );
}

const formats: readonly ResultFormat[] = ["jsonl", "csv", "md", "parquet"];

/** Returns the format according to a file's suffix, if there is one. */
function endingOf(output = ""): ResultFormat | undefined {
  if (output.endsWith(".tsv")) return "csv";
  return formats.find((format) => output.endsWith(`.${format}`));
}

function formatOf(given = "jsonl"): ResultFormat {
  const format = formats.find((known) => known === given);
  if (format !== undefined) return format;
  throw new UserError(
    `Expected --format to be one of ${formats.join(", ")}, got ${JSON.stringify(given)}.`,
  );
}
