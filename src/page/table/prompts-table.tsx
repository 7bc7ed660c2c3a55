import type { JSX } from "preact";
import type { PromptAnswers } from "../../domain/report/record-source.js";
import type { ReportRow, RowValue } from "../../domain/report/report-row.js";
import { formatCount, formatNumber } from "../parts/format.js";
import { StatusChip } from "./columns.js";
import type { VirtualRows } from "./use-virtual-rows.js";
import type { ListWindow } from "./use-window.js";

/** Columns that are shown side by side. */
export interface Variants {
  readonly of: "model" | "group";
  readonly names: readonly string[];
}

interface PromptsProps {
  /** Columns with the expected answers. */
  readonly expected: readonly string[];
  /** Columns with the scores and verdicts. */
  readonly scores: readonly string[];
  readonly variants: Variants;
  readonly prompts: ListWindow<PromptAnswers>;
  readonly virtual: VirtualRows;
  readonly onOpen: (row: ReportRow) => void;
}

/** Table with a row per prompt, and the answers of the models or groups side by side. */
export function PromptsTable(props: PromptsProps): JSX.Element {
  const { variants, prompts, virtual, ...ofRows } = props;
  const { first, last, before, after, scroller } = virtual;
  const positions = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  return (
    <div class="scroll" ref={scroller} role="region" aria-label="Answers by prompt" tabIndex={0}>
      <table
        class={prompts.isStale ? "records prompts stale" : "records prompts"}
        aria-rowcount={prompts.matched + 1}
        style={{ minWidth: `${240 + variants.names.length * 260}px` }}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Prompt</th>
            {variants.names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={(event) => moveFocus(event, virtual)}>
          <tr class="gap" aria-hidden="true" style={{ height: `${before}px` }} />
          {positions.map((position) => (
            <PromptRow
              key={position}
              variants={variants}
              position={position}
              {...ofRows}
              answers={prompts.at(position)}
            />
          ))}
          <tr class="gap" aria-hidden="true" style={{ height: `${after}px` }} />
        </tbody>
      </table>
      {prompts.matched === 0 && !prompts.isStale ? (
        <p class="nothing">No prompt fits. Take a filter back to see more.</p>
      ) : null}
    </div>
  );
}

interface PromptRowProps extends Pick<PromptsProps, "variants" | "onOpen" | "expected" | "scores"> {
  readonly position: number;
  readonly answers: PromptAnswers | undefined;
}

function PromptRow(props: PromptRowProps): JSX.Element {
  const { variants, position, answers } = props;
  const wanted = valuesIn(answers?.rows[0], props.expected);
  return (
    <tr class="row" aria-rowindex={position + 2} data-position={position}>
      <th scope="row">
        <div class="clip">{answers?.prompt}</div>
        {wanted.map(([column, value]) => (
          <p key={column} class="expected" title={String(value)}>
            expected: {String(value)}
          </p>
        ))}
      </th>
      {variants.names.map((name) => (
        <td key={name}>
          <Answer
            {...props}
            name={name}
            rows={answers?.rows.filter((row) => row[variants.of] === name) ?? []}
          />
        </td>
      ))}
    </tr>
  );
}

interface AnswerProps extends Pick<PromptsProps, "onOpen" | "scores"> {
  /** Name of the model or group. */
  readonly name: string;
  readonly rows: readonly ReportRow[];
}

/** The first answer, with the number of further answers. */
function Answer({ name, rows, scores, onOpen }: AnswerProps): JSX.Element | null {
  const [row] = rows;
  if (!row) return null;
  return (
    <div class="answer">
      <p>
        <button
          type="button"
          class="link"
          aria-label={`Open record ${row.id} of ${name}`}
          onClick={() => onOpen(row)}
        >
          {row.id}
        </button>{" "}
        {rows.length > 1 ? <span class="muted">1 of {formatCount(rows.length)} </span> : null}
        {row.status === "completed" ? null : <StatusChip status={row.status} />}
        {valuesIn(row, scores).map(([column, value]) => (
          <span key={column} class={`score ${toneOf(value)}`}>
            {column}: {typeof value === "number" ? formatNumber(value) : String(value)}
          </span>
        ))}
      </p>
      <div class="clip">{row.answer || row.error?.message}</div>
    </div>
  );
}

function valuesIn(
  row: ReportRow | undefined,
  columns: readonly string[],
): readonly (readonly [string, RowValue])[] {
  return columns.flatMap((column) => {
    const value = row?.values[column];
    return value === undefined ? [] : [[column, value] as const];
  });
}

/** Returns the tone of a value. Only yes and no are right or wrong by themselves. */
function toneOf(value: RowValue): string {
  if (typeof value !== "boolean") return "";
  return value ? "is-right" : "is-wrong";
}

const steps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
};

/** Moves the focus between answers with the arrow keys, and skips empty cells. */
function moveFocus(event: KeyboardEvent, { scrollTo }: VirtualRows): void {
  const step = steps[event.key];
  const cell = event.target instanceof Element ? event.target.closest("td") : null;
  const row = cell?.closest("tr");
  if (!step || !cell || !row) return;
  event.preventDefault();
  const [rows, columns] = step;
  const position = Math.max(0, Number(row.dataset["position"]) + rows);
  const body = row.parentElement;
  const focus = (): boolean => {
    const next = body?.querySelector<HTMLTableRowElement>(`[data-position="${position}"]`);
    return focusFrom(next, cell.cellIndex + columns, columns || 1);
  };
  if (rows !== 0) scrollTo(position);
  if (!focus()) requestAnimationFrame(focus);
}

function focusFrom(
  row: HTMLTableRowElement | null | undefined,
  from: number,
  step: number,
): boolean {
  for (let index = from; index > 0 && index < (row?.cells.length ?? 0); index += step) {
    const button = row?.cells[index]?.querySelector("button");
    button?.focus();
    if (button) return true;
  }
  return false;
}
