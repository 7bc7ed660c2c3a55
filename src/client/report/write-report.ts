import { open, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { block, createBlockWriter } from "../../report/html/embedded-blocks.js";
import { pageEnds } from "../../report/html/report-html.js";
import { reportMarkdown } from "../../report/report-markdown.js";
import { writeAtomically } from "../../storage/files/write-atomically.js";
import { runPaths } from "../../storage/run/run-folder.js";
import { latestRun } from "../status/find-run.js";
import { readBuiltPage } from "./built-page.js";
import { readReport } from "./read-report.js";
import { writeRecordCsv, writeRecordParquet } from "./write-record-table.js";

/** `md` and `json`: the summary. `csv` and `parquet`: the records. `html`: both, as a page. */
export type ReportFormat = "html" | "md" | "json" | "csv" | "parquet";

export interface ReportOptions {
  /** @default "data" */
  readonly dataFolder?: string;
  /** @default "html" */
  readonly format?: ReportFormat;
  /** Path of the file to write. @default `<stamp>-report-<name>.<format>` in the run's output folder */
  readonly output?: string;
  /** Called with the number of records read. */
  readonly onRecord?: (count: number) => void;
}

export interface WrittenReport {
  readonly path: string;
}

/**
 * Writes the report of an experiment, pipeline or batch run as one file: its latest run, which may
 * still be running. Throws a `UserError` for an unknown name.
 */
export async function writeReport(
  name: string,
  { dataFolder = "data", format = "html", output, onRecord = () => undefined }: ReportOptions = {},
): Promise<WrittenReport> {
  const directory = await runOf(name, dataFolder);
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
  const ends = pageEnds(await readBuiltPage(), `${name} – Ostinato`);
  const unfinished = `${path}.${process.pid}.tmp`;
  const file = await open(unfinished, "w");
  try {
    await writePage(file, ends, { directory, onRead });
    await file.close();
    await rename(unfinished, path);
  } catch (error) {
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function writePage(
  file: FileHandle,
  [head, tail]: readonly [head: string, tail: string],
  { directory, onRead }: Pick<Writing, "directory" | "onRead">,
): Promise<void> {
  const blocks = createBlockWriter();
  await file.write(head);
  const report = await readReport(directory, async (record) => {
    onRead();
    const html = blocks.add(record);
    if (html !== "") await file.write(html);
  });
  await file.write(blocks.end() + block("report", report) + tail);
}

async function runOf(name: string, dataFolder: string): Promise<string> {
  const directory = await latestRun(dataFolder, name);
  if (directory !== undefined) return directory;
  throw new UserError(
    `There is no run of "${name}" in the data folder ${JSON.stringify(resolve(dataFolder))}. \`ostinato list\` shows the names; --data-folder names another data folder.`,
  );
}

function defaultPath(directory: string, format: ReportFormat): string {
  const { completed } = runPaths(directory);
  const file = basename(completed, ".jsonl").replace("-completed-", "-report-");
  return join(dirname(completed), `${file}.${format}`);
}
