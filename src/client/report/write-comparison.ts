import { dirname, join, resolve } from "node:path";
import { pairTableRows } from "../../report/pairs/pair-table.js";
import { comparisonMarkdown } from "../../report/pairs/comparison-markdown.js";
import { block, createPairBlockWriter } from "../../report/html/embedded-blocks.js";
import { fileNameOf, runPaths } from "../../storage/run/run-folder.js";
import { writeAtomically } from "../../storage/files/write-atomically.js";
import { writeParquet } from "../../storage/rows/write-parquet.js";
import { csvOfRows } from "./csv-of-rows.js";
import { writePageFile } from "./page-file.js";
import { readComparison } from "./read-comparison.js";
import type { Compared, ReadComparison } from "./read-comparison.js";
import type { ReportFormat, ReportOptions, WrittenReport } from "./write-report.js";

/**
 * Writes a comparison of two runs, or of the models of one run, to one file. Throws a `UserError`
 * for an unknown name, if both runs are the same, and if they have no record in common.
 *
 * @param compared names of experiments, whose latest runs count, or paths of completed files
 */
export async function writeComparison(
  compared: Compared,
  { dataFolder = "data", format = "html", output, onRecord = () => undefined }: ReportOptions = {},
): Promise<WrittenReport> {
  let count = 0;
  const read = await readComparison(compared, {
    dataFolder,
    onRead: () => onRecord((count += 1)),
  });
  const path = output === undefined ? defaultPath(read, format) : resolve(output);
  await writers[format](path, read);
  return { path };
}

const writers: Readonly<
  Record<ReportFormat, (path: string, read: ReadComparison) => Promise<void>>
> = {
  html: writeHtml,
  md: async (path, { report, pairs }) => writeAtomically(path, comparisonMarkdown(report, pairs)),
  json: async (path, { report }) => writeAtomically(path, `${JSON.stringify(report, null, 2)}\n`),
  csv: async (path, { report, pairs }) =>
    writeAtomically(
      path,
      csvOfRows(() => pairTableRows(report, pairs)),
    ),
  parquet: async (path, { report, pairs }) => {
    await writeParquet(path, () => pairTableRows(report, pairs));
  },
};

async function writeHtml(path: string, { report, pairs }: ReadComparison): Promise<void> {
  await writePageFile(path, `${titleOf(report)} – Ostinato`, async (write) => {
    await write(block("comparison", report));
    for (const [place, ofComparison] of pairs.entries()) {
      const blocks = createPairBlockWriter(place);
      for (const pair of ofComparison) await write(blocks.add(pair));
      await write(blocks.end());
    }
  });
}

function titleOf({ by, comparisons: [one] }: ReadComparison["report"]): string {
  if (by !== undefined) return `${one?.first.name ?? ""} by ${by}`;
  return `${one?.first.title ?? ""} and ${one?.second.title ?? ""}`;
}

/** Returns a path beside the files of the newer run. */
function defaultPath({ directory, report }: ReadComparison, format: ReportFormat): string {
  const { completed, stamp } = runPaths(directory);
  const { by, comparisons } = report;
  const { first, second } = comparisons[0] ?? {};
  const names = [first?.name, by === undefined ? second?.name : `by-${by}`].join("-");
  return join(dirname(completed), `${stamp}-comparison-${fileNameOf(names)}.${format}`);
}
