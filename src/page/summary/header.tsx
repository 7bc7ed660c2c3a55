import type { JSX } from "preact";
import type { Books, ReportMoney, ReportState, RunReport } from "../../domain/report/run-report.js";
import { formatCount, formatDollars, formatMs, formatShare, formatTime } from "../parts/format.js";
import { Mark } from "./mark.js";

interface HeaderProps {
  readonly report: RunReport;
  /** The counts are shown once all records are read. */
  readonly isReading?: boolean | undefined;
}

export function Header({ report, isReading = false }: HeaderProps): JSX.Element {
  const { name, kind, state, startedAt, finishedAt, readAt, books } = report;
  return (
    <header class="header">
      <p class="brand">
        <Mark /> Ostinato <span>{kindNames[kind]}</span>
      </p>
      <div class="title">
        <h1>{name}</h1>
        <span class={`chip state-${state}`}>{stateNames[state]}</span>
      </div>
      <p class="when">
        {startedAt === undefined ? null : <>Started {formatTime(startedAt)}</>}
        {startedAt === undefined || finishedAt === undefined ? null : (
          <> · took {formatMs(finishedAt - startedAt)}</>
        )}
        {finishedAt === undefined ? <> · as of {formatTime(readAt)}</> : null}
      </p>
      {isReading ? null : (
        <>
          <BooksBar books={books} />
          <Reused report={report} />
          <Totals report={report} />
        </>
      )}
    </header>
  );
}

export const kindNames: Readonly<Record<RunReport["kind"], string>> = {
  experiment: "experiment",
  pipeline: "pipeline",
  batch: "batch run",
};

export const stateNames: Readonly<Record<ReportState, string>> = {
  unfinished: "not finished",
  running: "running",
  paused: "paused",
  blocked: "blocked",
  finished: "finished",
  cancelled: "cancelled",
  failed: "failed",
};

const parts = ["completed", "failed", "dropped", "open"] as const;

/** Bar of the records by outcome. input = completed + failed + dropped + open */
function BooksBar({ books }: { readonly books: Books }): JSX.Element {
  const shown = parts.filter(
    (part) => books[part] > 0 || part === "completed" || part === "failed",
  );
  return (
    <div class="books">
      <p class="equation">
        <span class="term">
          <b>{formatCount(books.input)}</b> input
        </span>
        {shown.map((part, place) => (
          <span key={part} class={`term part-${part}`}>
            <i aria-hidden="true">{place === 0 ? "=" : "+"}</i> <b>{formatCount(books[part])}</b>{" "}
            {part} <small>{formatShare(books[part], books.input)}</small>
          </span>
        ))}
      </p>
      <div class="bar" aria-hidden="true">
        {shown.map((part) => (
          <span key={part} class={`part-${part}`} style={{ flexGrow: books[part] }} />
        ))}
      </div>
    </div>
  );
}

/**
 * Note about reused answers. Without it, the cost and time of this run would seem to cover all of
 * its answers.
 */
function Reused({ report: { models } }: HeaderProps): JSX.Element | null {
  const reused = models.flatMap((model) => model.reused ?? []);
  const answers = reused.reduce((sum, one) => sum + one.answers, 0);
  const dollars = reused.reduce((sum, one) => sum + one.dollars, 0);
  if (answers === 0) return null;
  return (
    <p class="reused">
      <b>{formatCount(answers)}</b> {answers === 1 ? "answer" : "answers"} reused from earlier runs
      {dollars > 0 ? ` (saved ${formatDollars(dollars)})` : ""}
    </p>
  );
}

function Totals({ report }: HeaderProps): JSX.Element | null {
  const { models } = report;
  const others = otherMoney(report);
  const isReused = models.some(({ reused }) => reused !== undefined);
  const ofRun = isReused ? " of this run" : "";
  const money = models.flatMap((model) => model.money ?? []);
  const tokens = models.flatMap((model) => model.tokens ?? []);
  const dollars = money.reduce((sum, one) => sum + one.dollars, 0);
  const unpriced = money.reduce((sum, one) => sum + one.unpriced, 0);
  const input = tokens.reduce((sum, one) => sum + one.input, 0);
  const output = tokens.reduce((sum, one) => sum + one.output, 0);
  if (money.length + tokens.length + others.length === 0) return null;
  return (
    <dl class="totals">
      {money.length === 0 ? null : (
        <Total
          name={`${others.length > 0 ? "Cost of the answers" : "Cost"}${ofRun}`}
          value={formatDollars(dollars)}
          note={unpriced === 0 ? "" : `${formatCount(unpriced)} answers have no known price`}
        />
      )}
      {others.map(({ name, what, dollars: cost, unpriced: unknown }) => (
        <Total
          key={name}
          name={name}
          value={formatDollars(cost)}
          note={unknown === 0 ? "" : `${formatCount(unknown)} ${what} have no known price`}
        />
      ))}
      {tokens.length === 0 ? null : (
        <>
          <Total name={`Input tokens${ofRun}`} value={formatCount(input)} note="" />
          <Total name={`Output tokens${ofRun}`} value={formatCount(output)} note="" />
        </>
      )}
      <Total name="Models" value={formatCount(models.length)} note="" />
    </dl>
  );
}

interface OtherMoney extends ReportMoney {
  readonly name: string;
  /** Noun for the answers. */
  readonly what: string;
}

/** Returns the cost of judges and of other stages, whose answers are not records of the run. */
function otherMoney({ judgesMoney, stageMoney = [] }: RunReport): readonly OtherMoney[] {
  return [
    ...stageMoney.map(({ stage, ...money }) => ({
      name: `Cost of the ${stage}`,
      what: "answers",
      ...money,
    })),
    ...(judgesMoney ? [{ name: "Cost of the judges", what: "verdicts", ...judgesMoney }] : []),
  ];
}

interface TotalProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

function Total({ name, value, note }: TotalProps): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value} {note === "" ? null : <small>{note}</small>}
      </dd>
    </div>
  );
}
