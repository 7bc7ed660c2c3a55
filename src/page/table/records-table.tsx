import type { JSX } from "preact";
import type { Sort } from "../../domain/report/record-query.js";
import type { ReportRow } from "../../domain/report/report-row.js";
import type { Column } from "./columns.js";
import { moveFocus } from "./move-focus.js";
import type { VirtualRows } from "./use-virtual-rows.js";
import type { ListWindow } from "./use-window.js";

export interface TableProps {
  readonly columns: readonly Column[];
  readonly rows: ListWindow<ReportRow>;
  readonly virtual: VirtualRows;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly canSort?: ((column: string) => boolean) | undefined;
  readonly onOpen: (row: ReportRow, position: number) => void;
}

export function RecordsTable(props: TableProps): JSX.Element {
  const { columns, rows, virtual, sort, onSort, canSort } = props;
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    <div class="scroll" ref={virtual.scroller} role="region" aria-label="Records" tabIndex={0}>
      <table
        class={rows.isStale ? "records stale" : "records"}
        aria-rowcount={rows.matched + 1}
        style={{ minWidth: `${width}px` }}
      >
        <colgroup>
          {columns.map(({ name, width: share }) => (
            <col key={name} style={{ width: `${(100 * share) / width}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <ColumnHead
                key={column.name}
                column={column}
                sort={sort}
                onSort={onSort}
                canSort={canSort}
              />
            ))}
          </tr>
        </thead>
        <Body {...props} />
      </table>
      {rows.matched === 0 && !rows.isStale ? (
        <p class="nothing">No record fits. Take a filter back to see more.</p>
      ) : null}
    </div>
  );
}

interface HeadProps extends Pick<TableProps, "sort" | "onSort" | "canSort"> {
  readonly column: Column;
}

function ColumnHead({ column, sort, onSort, canSort }: HeadProps): JSX.Element {
  const isSorted = sort.column === column.name;
  const direction = sort.descending ? "descending" : "ascending";
  // A third click returns to the order of the input.
  const next =
    isSorted && sort.descending
      ? { column: "index", descending: false }
      : { column: column.name, descending: isSorted };
  if (canSort?.(column.name) === false) {
    return (
      <th scope="col" class="plain-head">
        {column.title}
      </th>
    );
  }
  return (
    <th
      scope="col"
      aria-sort={isSorted ? direction : "none"}
      class={column.isNumber ? "number" : ""}
    >
      <button type="button" onClick={() => onSort(next)}>
        {column.title}
        <span aria-hidden="true">{isSorted ? (sort.descending ? " ↓" : " ↑") : ""}</span>
      </button>
    </th>
  );
}

function Body({ columns, rows, virtual, onOpen }: TableProps): JSX.Element {
  const { first, last, before, after } = virtual;
  const positions = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  return (
    <tbody onKeyDown={(event) => moveFocus(event, virtual)}>
      {before > 0 ? <Gap height={before} columns={columns.length} /> : null}
      {positions.map((position) => {
        const row = rows.at(position);
        return row ? (
          <Row key={row.index} row={row} position={position} columns={columns} onOpen={onOpen} />
        ) : (
          <tr key={`empty ${position}`} class="row">
            <td colSpan={columns.length} />
          </tr>
        );
      })}
      {after > 0 ? <Gap height={after} columns={columns.length} /> : null}
    </tbody>
  );
}

function Gap({
  height,
  columns,
}: {
  readonly height: number;
  readonly columns: number;
}): JSX.Element {
  return (
    <tr class="gap" aria-hidden="true" style={{ height: `${height}px` }}>
      <td colSpan={columns} />
    </tr>
  );
}

interface RowProps extends Pick<TableProps, "columns" | "onOpen"> {
  readonly row: ReportRow;
  readonly position: number;
}

function Row({ row, position, columns, onOpen }: RowProps): JSX.Element {
  return (
    <tr
      class={`row is-${row.status}`}
      aria-rowindex={position + 2}
      data-position={position}
      onClick={() => onOpen(row, position)}
    >
      {columns.map(({ name, isNumber, cell }) => (
        <td key={name} class={`cell-${name.replace(/\W.*/, "")} ${isNumber ? "number" : ""}`}>
          {name === "id" ? (
            <button type="button" class="link" aria-label={`Open record ${row.id}`}>
              {row.id}
            </button>
          ) : (
            <div class="clip">{cell(row)}</div>
          )}
        </td>
      ))}
    </tr>
  );
}
