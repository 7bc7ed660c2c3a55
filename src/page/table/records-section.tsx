import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ReportRow } from "../../domain/report/report-row.js";
import { formatCount } from "../parts/format.js";
import { Progress } from "../parts/progress.js";
import { Section } from "../parts/section.js";
import { useMedia } from "../parts/use-media.js";
import { RecordDrawer } from "../record/record-drawer.js";
import { columnsOf, expectedColumns, scoreColumns, usualColumns } from "./columns.js";
import { PromptsTable } from "./prompts-table.js";
import type { RecordsProps } from "./records-props.js";
import { RecordsTable } from "./records-table.js";
import { Toolbar } from "./toolbar.js";
import { useStretch } from "./use-stretch.js";
import { useVirtualRows } from "./use-virtual-rows.js";
import { useWindow } from "./use-window.js";
import type { ListWindow } from "./use-window.js";

export function RecordsSection(props: RecordsProps): JSX.Element {
  const { view, report, source } = props;
  const canCompare = report.models.length > 1 && source.prompts !== undefined;
  return (
    <Section id="records" title="Records">
      <Toolbar {...props} canCompare={canCompare} />
      {canCompare && view.layout === "prompts" ? <Prompts {...props} /> : <Records {...props} />}
    </Section>
  );
}

function Records({ source, report, version, view, change }: RecordsProps): JSX.Element {
  const isNarrow = useMedia("(max-width: 640px)");
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
  const { stretch, rows, pager } = useStretch(all);
  const virtual = useVirtualRows(rows.matched, isNarrow ? 116 : 46);
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
        {...{ columns, rows, virtual }}
        sort={view.query.sort}
        canSort={source.canSort}
        onSort={(sort) => change({ query: { ...view.query, sort } })}
        onOpen={open}
      />
      {view.record === undefined ? null : (
        <RecordDrawer
          {...{ source, version }}
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
  const prompts = useWindow(
    async (range) => {
      const page = await source.prompts?.(view.query, range);
      const matched = page?.matched ?? 0;
      return { matched, total: matched, items: page?.prompts ?? [] };
    },
    { list: `prompts ${JSON.stringify(view.query)}`, version },
    visible,
  );
  const virtual = useVirtualRows(prompts.matched, 132);
  const { first, last } = virtual;
  if (visible[0] !== first || visible[1] !== last) setVisible([first, last]);
  const wanted = view.query.models;
  const models = report.models
    .map(({ model }) => model)
    .filter((model) => wanted.length === 0 || wanted.includes(model));
  return (
    <>
      <Count rows={prompts} name="prompts" />
      <PromptsTable
        {...{ models, prompts, virtual }}
        expected={expectedColumns(report)}
        scores={scoreColumns(report)}
        onOpen={({ index }) => change({ record: index })}
      />
      {view.record === undefined ? null : (
        <RecordDrawer
          {...{ source, version }}
          index={view.record}
          onClose={() => change({ record: undefined })}
        />
      )}
    </>
  );
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
