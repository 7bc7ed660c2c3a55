import type { JSX } from "preact";
import type {
  ComparisonReport,
  PairReport,
  PairSide,
  UnpairedRecords,
} from "../../domain/report/pair-report.js";
import { joinNotes } from "../../domain/scores/join-notes.js";
import { Fact } from "../parts/facts.js";
import { formatCount, formatDollars, formatMs, formatShare, formatTime } from "../parts/format.js";
import { kindNames, stateNames } from "../summary/header.js";
import { Mark } from "../summary/mark.js";

interface HeaderProps {
  readonly report: ComparisonReport;
  readonly comparison: PairReport;
  /** Index of the comparison in the report. */
  readonly place: number;
  readonly onChoose: (place: number) => void;
}

export function ComparisonHeader(props: HeaderProps): JSX.Element {
  const { report, comparison } = props;
  const { first, second } = comparison;
  document.title = `${first.title} and ${second.title} – Ostinato`;
  return (
    <header class="header">
      <p class="brand">
        <Mark /> Ostinato <span>comparison</span>
        {report.by === undefined ? null : <span>{`${first.name} by ${report.by}`}</span>}
      </p>
      <h1 class="pair-title">
        <SideMark side="A" /> {first.title} <span class="versus">and</span> <SideMark side="B" />{" "}
        {second.title}
      </h1>
      <Choice {...props} />
      <div class="sides">
        <SideCard side={first} mark="A" />
        <SideCard side={second} mark="B" />
      </div>
      <ChangesBar comparison={comparison} />
      <Joined comparison={comparison} />
    </header>
  );
}

export function SideMark({ side }: { readonly side: "A" | "B" }): JSX.Element {
  return <span class={`side-mark side-${side.toLowerCase()}`}>{side}</span>;
}

/** Choice among the values that the page compares with the baseline. */
function Choice({ report, place, onChoose }: HeaderProps): JSX.Element | null {
  const { comparisons, by } = report;
  if (comparisons.length < 2) return null;
  return (
    <label class="pager">
      Compare with the {by}{" "}
      <select value={place} onChange={({ currentTarget: { value } }) => onChoose(Number(value))}>
        {comparisons.map(({ second }, each) => (
          <option key={second.title} value={each}>
            {second.title}
          </option>
        ))}
      </select>
    </label>
  );
}

function SideCard({
  side,
  mark,
}: {
  readonly side: PairSide;
  readonly mark: "A" | "B";
}): JSX.Element {
  const { title, name, kind, state, startedAt, finishedAt, books, models } = side;
  const dollars = sumOf(models.flatMap(({ money }) => money?.dollars ?? []));
  const unpriced = sumOf(models.flatMap(({ money }) => money?.unpriced ?? []));
  const hasMoney = models.some(({ money }) => money !== undefined);
  const tokens = sumOf(
    models.flatMap((model) => [model.tokens?.input ?? 0, model.tokens?.output ?? 0]),
  );
  const reused = sumOf(models.flatMap((model) => model.reused?.answers ?? []));
  return (
    <section class="side" aria-label={`${mark}: ${title}`}>
      <p class="side-head">
        <SideMark side={mark} /> <b>{title}</b>{" "}
        <span class={`chip small state-${state}`}>{stateNames[state]}</span>
      </p>
      <p class="muted">
        {title === name ? kindNames[kind] : `${name}, ${kindNames[kind]}`}
        {startedAt === undefined ? "" : `, started ${formatTime(startedAt)}`}
        {startedAt === undefined || finishedAt === undefined
          ? ""
          : `, took ${formatMs(finishedAt - startedAt)}`}
      </p>
      <dl class="facts">
        <Fact name="Records" value={formatCount(books.input)} />
        <Fact name="Completed" value={formatCount(books.completed)} />
        <Fact name="Failed" value={formatCount(books.failed)} />
        {books.dropped > 0 ? <Fact name="Dropped" value={formatCount(books.dropped)} /> : null}
        {books.open > 0 ? <Fact name="Open" value={formatCount(books.open)} /> : null}
        {reused > 0 ? <Fact name="Reused" value={formatCount(reused)} /> : null}
        {hasMoney ? (
          <Fact
            name="Cost"
            value={`${formatDollars(dollars)}${unpriced > 0 ? `, ${formatCount(unpriced)} unknown` : ""}`}
          />
        ) : null}
        {tokens > 0 ? <Fact name="Tokens" value={formatCount(tokens)} /> : null}
      </dl>
    </section>
  );
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

const parts = [
  { name: "worse", title: "worse in B", tone: "part-failed" },
  { name: "changed", title: "changed otherwise", tone: "part-changed" },
  { name: "better", title: "better in B", tone: "part-completed" },
  { name: "same", title: "the same", tone: "part-same" },
] as const;

/** Bar of the pairs by change. pairs in both = worse + changed + better + same */
function ChangesBar({
  comparison: { pairs, changes },
}: Pick<HeaderProps, "comparison">): JSX.Element {
  return (
    <div class="books">
      <p class="equation">
        <span class="term">
          <b>{formatCount(pairs)}</b> in both
        </span>
        {parts.map(({ name, title, tone }, place) => (
          <span key={name} class={`term ${tone}`}>
            <i aria-hidden="true">{place === 0 ? "=" : "+"}</i> <b>{formatCount(changes[name])}</b>{" "}
            {title} <small>{formatShare(changes[name], pairs)}</small>
          </span>
        ))}
      </p>
      <div class="bar" aria-hidden="true">
        {parts.map(({ name, tone }) => (
          <span key={name} class={tone} style={{ flexGrow: changes[name] }} />
        ))}
      </div>
    </div>
  );
}

function Joined({ comparison }: Pick<HeaderProps, "comparison">): JSX.Element {
  const { joinedBy, reason, onlyFirst, onlySecond, failedInOne } = comparison;
  return (
    <p class="when">
      Joined by {joinedBy}.{reason === undefined ? "" : ` ${reason}`}
      {joinNotes(comparison).map((note) => ` ${note}`)}
      {failedInOne > 0 ? ` ${formatCount(failedInOne)} failed in one of the two.` : ""}
      <Unpaired side="A" records={onlyFirst} />
      <Unpaired side="B" records={onlySecond} />
    </p>
  );
}

interface UnpairedProps {
  readonly side: "A" | "B";
  readonly records: UnpairedRecords;
}

function Unpaired({ side, records: { count, examples } }: UnpairedProps): JSX.Element | null {
  if (count === 0) return null;
  const more = count > examples.length ? ", …" : "";
  return (
    <>
      {" "}
      Only in {side}: {formatCount(count)} ({examples.join(", ")}
      {more}).
    </>
  );
}
