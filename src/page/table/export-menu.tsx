import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { valueOf } from "../../domain/report/record-query.js";
import type { RecordQuery } from "../../domain/report/record-query.js";
import type { RecordSource } from "../../domain/report/record-source.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import { formatCount } from "../parts/format.js";
import { Menu } from "../parts/menu.js";
import { columnsOf, usualColumns } from "./columns.js";
import type { RecordsProps } from "./records-props.js";

type Format = "csv" | "jsonl";

/** Saves the records that pass the filters: their columns as CSV, or their lines as JSONL. */
export function ExportMenu({ source, report, view }: RecordsProps): JSX.Element {
  const [done, setDone] = useState<number>();
  const save = async (format: Format): Promise<void> => {
    const columns = columnsOf(report).map(({ name }) => name);
    const shown = view.columns ?? usualColumns(report);
    const chosen = columns.filter((name) => shown.includes(name));
    const parts = format === "csv" ? [`\ufeff${csvLine(chosen)}`] : [];
    let count = 0;
    for await (const record of recordsOf(source, view.query)) {
      parts.push(format === "csv" ? csvRow(record, chosen) : `${JSON.stringify(record.line)}\n`);
      count += 1;
      if (count % 500 === 0) setDone(count);
    }
    setDone(undefined);
    download(new Blob(parts, { type: types[format] }), `${report.name}.${format}`);
  };
  return (
    <Menu title={done === undefined ? "Export" : `Exporting ${formatCount(done)} …`}>
      <button type="button" class="link" onClick={() => void save("csv")}>
        CSV of the shown columns
      </button>
      <button type="button" class="link" onClick={() => void save("jsonl")}>
        JSONL of the whole lines
      </button>
    </Menu>
  );
}

const types: Readonly<Record<Format, string>> = {
  csv: "text/csv;charset=utf-8",
  jsonl: "application/jsonl",
};

const exportPage = 500;

async function* recordsOf(
  source: RecordSource,
  query: RecordQuery,
): AsyncGenerator<ReportRecord, void, undefined> {
  for (let offset = 0; ; offset += exportPage) {
    const { rows } = await source.page(query, { offset, limit: exportPage });
    for (const { index } of rows) yield await source.record(index);
    if (rows.length < exportPage) return;
  }
}

function csvRow(record: ReportRecord, columns: readonly string[]): string {
  return csvLine(columns.map((column) => String(valueOf(record, column) ?? "")));
}

function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${quoted.join(",")}\r\n`;
}

function download(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
