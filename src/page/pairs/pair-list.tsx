import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { differenceOf, lessIsBetter, numberOf } from "../../domain/report/pair-change.js";
import { metricKey } from "../../domain/report/pair-query.js";
import type { RatedPair } from "../../domain/report/pair-query.js";
import type { PairMetric } from "../../domain/report/pair-report.js";
import type { ReportRow } from "../../domain/report/report-row.js";
import { moveFocus } from "../table/move-focus.js";
import type { VirtualRows } from "../table/use-virtual-rows.js";
import { ChangeChip } from "./change-chip.js";
import { SideMark } from "./comparison-header.js";
import { DiffText } from "./diff-text.js";
import { formatMetric, metricTitle } from "./metric-format.js";
import { excerpts, wordDiff } from "./word-diff.js";

interface ListProps {
  readonly pairs: readonly RatedPair[];
  readonly metrics: readonly PairMetric[];
  readonly virtual: VirtualRows;
  readonly onOpen: (pair: RatedPair, position: number) => void;
}

/** Both answers of each record, with their differing words marked. */
export function PairList({ pairs, metrics, virtual, onOpen }: ListProps): JSX.Element {
  const { first, last, before, after, scroller } = virtual;
  const positions = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  return (
    <div class="scroll" ref={scroller} role="region" aria-label="Records in both" tabIndex={0}>
      <table class="pairs" aria-rowcount={pairs.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Record</th>
            <th scope="col">Prompt</th>
            <th scope="col">
              <SideMark side="A" /> Answer
            </th>
            <th scope="col">
              <SideMark side="B" /> Answer
            </th>
          </tr>
        </thead>
        <tbody onKeyDown={(event) => moveFocus(event, virtual)}>
          <tr class="gap" aria-hidden="true" style={{ height: `${before}px` }} />
          {positions.map((position) => {
            const pair = pairs[position];
            return pair ? (
              <PairRowView
                key={pair.row.index}
                pair={pair}
                position={position}
                metrics={metrics}
                onOpen={onOpen}
              />
            ) : null;
          })}
          <tr class="gap" aria-hidden="true" style={{ height: `${after}px` }} />
        </tbody>
      </table>
      {pairs.length === 0 ? (
        <p class="nothing">No record fits. Take a filter back to see more.</p>
      ) : null}
    </div>
  );
}

interface RowProps extends Pick<ListProps, "metrics" | "onOpen"> {
  readonly pair: RatedPair;
  readonly position: number;
}

function PairRowView({ pair, position, metrics, onOpen }: RowProps): JSX.Element {
  const { row, change } = pair;
  const { first, second } = row;
  const parts = useMemo(() => wordDiff(...excerpts(first.answer, second.answer)), [row]);
  const isMarked = parts && first.answer !== "" && second.answer !== "";
  return (
    <tr
      class="row"
      aria-rowindex={position + 2}
      data-position={position}
      onClick={() => onOpen(pair, position)}
    >
      <th scope="row" class="cell-record">
        <button type="button" class="link" aria-label={`Open record ${first.id}`}>
          {first.id}
        </button>
        <ChangeChip change={change} />
        <ScoreChanges pair={pair} metrics={metrics} />
      </th>
      <td class="cell-prompt">
        <div class="clip">{first.prompt}</div>
      </td>
      <AnswerCell row={first} mark="A">
        {isMarked ? <DiffText parts={parts} side="first" /> : first.answer}
      </AnswerCell>
      <AnswerCell row={second} mark="B">
        {isMarked ? <DiffText parts={parts} side="second" /> : second.answer}
      </AnswerCell>
    </tr>
  );
}

interface AnswerProps {
  readonly row: ReportRow;
  readonly mark: "A" | "B";
  readonly children: ComponentChildren;
}

function AnswerCell({ row: { answer, error, status }, mark, children }: AnswerProps): JSX.Element {
  return (
    <td class={`cell-answer of-${mark.toLowerCase()}`}>
      <div class="clip">
        {answer !== "" || !error ? (
          children
        ) : (
          <span class="error-text">
            {error.type}: {error.message}
          </span>
        )}
        {answer === "" && status === "dropped" ? <span class="muted">dropped</span> : null}
      </div>
    </td>
  );
}

const mostScores = 3;

/** The scores and verdicts of the pair that changed. */
function ScoreChanges({ pair: { row }, metrics }: Pick<RowProps, "pair" | "metrics">): JSX.Element {
  const changed = metrics.filter(
    (metric) => !lessIsBetter(metric.kind) && (differenceOf(row, metric) ?? 0) !== 0,
  );
  return (
    <ul class="score-changes">
      {changed.slice(0, mostScores).map((metric) => (
        <li key={metricKey(metric)}>
          {metricTitle(metric)} {formatMetric(metric.kind, numberOf(row.first, metric) ?? 0)} →{" "}
          {formatMetric(metric.kind, numberOf(row.second, metric) ?? 0)}
        </li>
      ))}
    </ul>
  );
}
