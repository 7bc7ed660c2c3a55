import type { JSX } from "preact";
import type { PromptAnswers } from "../../domain/report/record-source.js";
import type { ReportRow, RowValue } from "../../domain/report/report-row.js";
import { formatNumber } from "../parts/format.js";
import { StatusChip } from "./columns.js";
import type { VirtualRows } from "./use-virtual-rows.js";
import type { ListWindow } from "./use-window.js";

interface PromptsProps {
  /** Columns with the expected answers. */
  readonly expected: readonly string[];
  /** Columns with the scores and verdicts. */
  readonly scores: readonly string[];
  readonly models: readonly string[];
  readonly prompts: ListWindow<PromptAnswers>;
  readonly virtual: VirtualRows;
  readonly onOpen: (row: ReportRow) => void;
}

/** A row for each prompt, with the answers of the models side by side. */
export function PromptsTable(props: PromptsProps): JSX.Element {
  const { models, prompts, virtual, ...ofRows } = props;
  const { first, last, before, after, scroller } = virtual;
  const positions = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  return (
    <div class="scroll" ref={scroller} role="region" aria-label="Answers by prompt" tabIndex={0}>
      <table
        class="records prompts"
        aria-rowcount={prompts.matched + 1}
        style={{ minWidth: `${240 + models.length * 260}px` }}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Prompt</th>
            {models.map((model) => (
              <th key={model} scope="col">
                {model}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr class="gap" aria-hidden="true" style={{ height: `${before}px` }} />
          {positions.map((position) => (
            <PromptRow
              key={position}
              {...{ models, position, ...ofRows }}
              answers={prompts.at(position)}
            />
          ))}
          <tr class="gap" aria-hidden="true" style={{ height: `${after}px` }} />
        </tbody>
      </table>
    </div>
  );
}

interface PromptRowProps extends Pick<PromptsProps, "models" | "onOpen" | "expected" | "scores"> {
  readonly position: number;
  readonly answers: PromptAnswers | undefined;
}

function PromptRow(props: PromptRowProps): JSX.Element {
  const { models, position, answers, onOpen } = props;
  const wanted = valuesIn(answers?.rows[0], props.expected);
  return (
    <tr class="row" aria-rowindex={position + 2}>
      <th scope="row">
        <div class="clip">{answers?.prompt}</div>
        {wanted.map(([column, value]) => (
          <p key={column} class="expected" title={String(value)}>
            expected: {String(value)}
          </p>
        ))}
      </th>
      {models.map((model) => (
        <td key={model}>
          {answers?.rows
            .filter((row) => row.model === model)
            .slice(0, 1)
            .map((row) => (
              <div key={row.index} class="answer">
                <p>
                  <button type="button" class="link" onClick={() => onOpen(row)}>
                    {row.id}
                  </button>{" "}
                  {row.status === "completed" ? null : <StatusChip status={row.status} />}
                  {valuesIn(row, props.scores).map(([column, value]) => (
                    <span key={column} class={`score ${toneOf(value)}`}>
                      {column}: {typeof value === "number" ? formatNumber(value) : String(value)}
                    </span>
                  ))}
                </p>
                <div class="clip">{row.answer || row.error?.message}</div>
              </div>
            ))}
        </td>
      ))}
    </tr>
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

/** Only a yes or no is right or wrong by itself. */
function toneOf(value: RowValue): string {
  if (typeof value !== "boolean") return "";
  return value ? "is-right" : "is-wrong";
}
