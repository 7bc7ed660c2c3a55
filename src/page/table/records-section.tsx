import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RecordQuery } from "../../domain/report/record-query.js";
import type { ReportRow } from "../../domain/report/report-row.js";
import type { RunReport } from "../../domain/report/run-report.js";
import { formatCount } from "../parts/format.js";
import { Progress } from "../parts/progress.js";
import { Section } from "../parts/section.js";
import { useMedia } from "../parts/use-media.js";
import { RecordDrawer } from "../record/record-drawer.js";
import { columnsOf, expectedColumns, modelsOfRows, scoreColumns, usualColumns } from "./columns.js";
import { PromptsTable } from "./prompts-table.js";
import type { Variants } from "./prompts-table.js";
import type { RecordsProps } from "./records-props.js";
import { RecordsTable } from "./records-table.js";
import { Toolbar } from "./toolbar.js";
import { useStretch } from "./use-stretch.js";
import { useVirtualRows } from "./use-virtual-rows.js";
import { useWindow } from "./use-window.js";
import type { ListWindow } from "./use-window.js";

const promptHeight = 132;

export function RecordsSection(props: RecordsProps): JSX.Element {
  const { view, report } = props;
  const canCompare = modelsOfRows(report).length > 1 || report.groups.length > 1;
  return (
    <Section id="records" title="Records">
      <Toolbar {...props} canCompare={canCompare} />
      {canCompare && view.layout === "prompts" ? <Prompts {...props} /> : <Records {...props} />}
    </Section>
  );
}

function Records({ source, report, version, view, change }: RecordsProps): JSX.Element {
  const rowHeight = useMedia("(max-width: 640px)") ? 116 : 46;
  const [position, setPosition] = useState<number>();
  const [visible, setVisible] = useState<readonly [number, number]>([0, 0]);
  const all = useWindow<ReportRow>(
    async (range) => {
      const { rows: items, ...counts } = await source.page(view.query, range);
      return { ...counts, items };
    },
    { list: JSON.stringify(view.query), version },
    visible,
  );
  const { stretch, rows, pager } = useStretch(all, rowHeight);
  const virtual = useVirtualRows(rows.matched, rowHeight);
  const { first, last } = virtual;
  const wanted = [stretch + first, stretch + last] as const;
  if (visible[0] !== wanted[0] || visible[1] !== wanted[1]) setVisible(wanted);
  const shown = view.columns ?? usualColumns(report);
  const columns = columnsOf(report).filter(({ name }) => shown.includes(name));
  const open = (row: ReportRow | undefined, place: number): void => {
    if (!row) return;
    setPosition(place);
    change({ record: row.index });
  };
  const neighbour = (step: number): (() => void) | undefined => {
    const place = position === undefined ? -1 : position + step;
    const row = rows.at(place);
    return row && (() => open(row, place));
  };
  return (
    <>
      <Count rows={all} name="records" />
      {pager}
      <RecordsTable
        columns={columns}
        rows={rows}
        virtual={virtual}
        sort={view.query.sort}
        canSort={source.canSort}
        onSort={(sort) => change({ query: { ...view.query, sort } })}
        onOpen={open}
      />
      {view.record === undefined ? null : (
        <RecordDrawer
          source={source}
          version={version}
          index={view.record}
          onPrevious={neighbour(-1)}
          onNext={neighbour(1)}
          onClose={() => change({ record: undefined })}
        />
      )}
    </>
  );
}

function Prompts({ source, report, version, view, change }: RecordsProps): JSX.Element {
  const [visible, setVisible] = useState<readonly [number, number]>([0, 0]);
  const all = useWindow(
    async (range) => {
      const { prompts: items, matched, ...searched } = await source.prompts(view.query, range);
      return { matched, total: matched, items, ...searched };
    },
    { list: `prompts ${JSON.stringify(view.query)}`, version },
    visible,
  );
  const { stretch, rows: prompts, pager } = useStretch(all, promptHeight);
  const virtual = useVirtualRows(prompts.matched, promptHeight);
  const wanted = [stretch + virtual.first, stretch + virtual.last] as const;
  if (visible[0] !== wanted[0] || visible[1] !== wanted[1]) setVisible(wanted);
  return (
    <>
      <Count rows={all} name="prompts" />
      {pager}
      <PromptsTable
        prompts={prompts}
        virtual={virtual}
        variants={variantsOf(report, view.query)}
        expected={expectedColumns(report)}
        scores={scoreColumns(report)}
        onOpen={({ index }) => change({ record: index })}
      />
      {view.record === undefined ? null : (
        <RecordDrawer
          source={source}
          version={version}
          index={view.record}
          onClose={() => change({ record: undefined })}
        />
      )}
    </>
  );
}

/**
 * Returns the columns that are shown side by side: models, or the groups of a run with one model.
 */
function variantsOf(report: RunReport, query: RecordQuery): Variants {
  const models = modelsOfRows(report);
  const of = models.length > 1 ? "model" : "group";
  const names = of === "model" ? models : report.groups;
  const wanted = of === "model" ? query.models : query.groups;
  return { of, names: names.filter((name) => wanted.length === 0 || wanted.includes(name)) };
}

interface CountProps {
  readonly rows: Pick<ListWindow<unknown>, "matched" | "total" | "error" | "searched">;
  readonly name: string;
}

function Count({ rows: { matched, total, error, searched }, name }: CountProps): JSX.Element {
  if (error !== undefined) return <p class="error-text">{error}</p>;
  return (
    <div class="count-row">
      <p class="count" role="status">
        {matched === total
          ? `${formatCount(total)} ${name}`
          : `${formatCount(matched)} of ${formatCount(total)} ${name}`}
      </p>
      {searched === undefined ? null : <Progress share={searched} label="Searched" />}
    </div>
  );
}
