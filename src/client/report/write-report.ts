import { basename, dirname, join, resolve } from "node:path";
import { block, createBlockWriter } from "../../report/html/embedded-blocks.js";
import { reportMarkdown } from "../../report/report-markdown.js";
import { writeAtomically } from "../../storage/files/write-atomically.js";
import { runPaths } from "../../storage/run/run-folder.js";
import { writePageFile } from "./page-file.js";
import { readReport } from "./read-report.js";
import { reportedRun } from "./reported-run.js";
import { writeRecordCsv, writeRecordParquet } from "./write-record-table.js";

/**
 * Format of a report. `md` and `json` contain the summary, `csv` and `parquet` the records, `html`
 * both.
 */
export type ReportFormat = "html" | "md" | "json" | "csv" | "parquet";

export interface ReportOptions {
  /** Data folder. @default "data" */
  readonly dataFolder?: string;
  /** Format of the file. @default "html" */
  readonly format?: ReportFormat;
  /**
   * Path of the file to write. @default `<stamp>-report-<name>.<format>` in the run's output folder
   */
  readonly output?: string;
  /** Called with the number of records read. */
  readonly onRecord?: (count: number) => void;
}

export interface WrittenReport {
  readonly path: string;
}

/**
 * Writes the report of the latest run of an experiment, pipeline or batch run to one file. The run
 * may be in progress. Throws a `UserError` for an unknown name.
 */
export async function writeReport(
  name: string,
  { dataFolder = "data", format = "html", output, onRecord = () => undefined }: ReportOptions = {},
): Promise<WrittenReport> {
  const directory = await reportedRun(name, dataFolder);
  const path = output === undefined ? defaultPath(directory, format) : resolve(output);
  let count = 0;
  await writers[format]({ name, directory, path, onRead: () => onRecord((count += 1)) });
  return { path };
}

interface Writing {
  readonly name: string;
  readonly directory: string;
  readonly path: string;
  /** Called for each record read. */
  readonly onRead: () => void;
}

const writers: Readonly<Record<ReportFormat, (writing: Writing) => Promise<void>>> = {
  html: writeHtml,
  md: async ({ directory, path, onRead }) =>
    writeAtomically(path, reportMarkdown(await readReport(directory, onRead))),
  json: async ({ directory, path, onRead }) => {
    const report = await readReport(directory, onRead);
    await writeAtomically(path, `${JSON.stringify(report, null, 2)}\n`);
  },
  csv: writeRecordCsv,
  parquet: writeRecordParquet,
};

async function writeHtml({ name, directory, path, onRead }: Writing): Promise<void> {
  await writePageFile(path, `${name} – Ostinato`, async (write) => {
    const blocks = createBlockWriter();
    const report = await readReport(directory, async (record) => {
      onRead();
      await write(blocks.add(record));
    });
    await write(blocks.end() + block("report", report));
  });
}

function defaultPath(directory: string, format: ReportFormat): string {
  const { completed } = runPaths(directory);
  const file = basename(completed, ".jsonl").replace("-completed-", "-report-");
  return join(dirname(completed), `${file}.${format}`);
}
