import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { RatedPair } from "../../domain/report/pair-query.js";
import type { PairRecord, PairReport, PairSource } from "../../domain/report/pair-report.js";
import { Drawer } from "../parts/drawer.js";
import { useLoad } from "../parts/use-load.js";
import { longestMarkdown, Markdown } from "../record/markdown.js";
import { ChangeChip } from "./change-chip.js";
import { SideMark } from "./comparison-header.js";
import { DiffText } from "./diff-text.js";
import { PairFacts } from "./pair-facts.js";
import { wordDiff } from "./word-diff.js";

interface DrawerProps {
  readonly source: PairSource;
  readonly comparison: PairReport;
  readonly pair: RatedPair;
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
  readonly onClose: () => void;
}

/** The whole pair, over the page. */
export function PairDrawer(props: DrawerProps): JSX.Element {
  const { source, comparison, pair, ...moves } = props;
  const { index, first } = pair.row;
  const record = useLoad(async () => source.record(index), String(index));
  return (
    <Drawer
      kind="pair-drawer"
      title={first.id}
      chip={<ChangeChip change={pair.change} />}
      error={record.state === "failed" ? record.message : undefined}
      {...moves}
    >
      {record.state === "ready" ? (
        <PairBody key={index} record={record.value} comparison={comparison} />
      ) : null}
    </Drawer>
  );
}

interface BodyProps {
  readonly record: PairRecord;
  readonly comparison: PairReport;
}

function PairBody({ record, comparison }: BodyProps): JSX.Element {
  const { first, second } = record;
  const isSamePrompt = first.prompt === second.prompt;
  return (
    <>
      <PairTexts title="Prompt" first={first.prompt} second={second.prompt} isOne={isSamePrompt} />
      <Errors record={record} />
      {first.answer === "" && second.answer === "" ? null : (
        <PairTexts
          title="Answer"
          first={first.answer}
          second={second.answer}
          isOne={first.answer === second.answer}
          canRender
        />
      )}
      <PairFacts record={record} metrics={comparison.metrics} />
      {([first, second] as const).map(({ line }, place) => (
        <details key={place}>
          <summary>Line of the completed file of {place === 0 ? "A" : "B"}</summary>
          <pre tabIndex={0}>{JSON.stringify(line, undefined, 2)}</pre>
        </details>
      ))}
    </>
  );
}

function Errors({ record: { first, second } }: Pick<BodyProps, "record">): JSX.Element | null {
  if (!first.error && !second.error) return null;
  return (
    <section>
      <h3>Error</h3>
      {([first, second] as const).map(({ error }, place) =>
        error ? (
          <p key={place} class="error-box">
            <SideMark side={place === 0 ? "A" : "B"} /> <b>{error.type}</b> {error.message}
          </p>
        ) : null,
      )}
    </section>
  );
}

const layouts = ["side by side", "in one text", "as Markdown"] as const;
type Layout = (typeof layouts)[number];

interface TextsProps {
  readonly title: string;
  readonly first: string;
  readonly second: string;
  /** True if both texts are the same. */
  readonly isOne: boolean;
  /** Offer to render the texts as Markdown. @default false */
  readonly canRender?: boolean;
}

/** Two texts with marks at the words that differ. */
function PairTexts({ title, first, second, isOne, canRender = false }: TextsProps): JSX.Element {
  const [layout, setLayout] = useState<Layout>("side by side");
  const parts = useMemo(() => wordDiff(first, second), [first, second]);
  const isShort = Math.max(first.length, second.length) <= longestMarkdown;
  const offered = layouts.filter((each) => {
    if (each === "as Markdown") return canRender && isShort;
    return !isOne && (each === "side by side" || parts !== undefined);
  });
  const isRendered = layout === "as Markdown";
  return (
    <section>
      <div class="head-row">
        <h3>{title}</h3>
        {isOne ? <span class="muted">the same in both</span> : null}
        {offered.length < 2 && !isOne ? null : (
          <Layouts
            title={title}
            offered={offered}
            layout={layout}
            isOne={isOne}
            onChoose={setLayout}
          />
        )}
        {parts ? null : <span class="muted">too different to mark words</span>}
      </div>
      {isOne ? (
        <OneText text={first} isRendered={isRendered} />
      ) : layout === "in one text" && parts ? (
        <pre tabIndex={0} class="one-text">
          <DiffText parts={parts} />
        </pre>
      ) : (
        <div class="two-texts">
          {(["first", "second"] as const).map((side) => (
            <div key={side}>
              <SideMark side={side === "first" ? "A" : "B"} />
              {isRendered ? (
                <Markdown text={side === "first" ? first : second} />
              ) : (
                <pre tabIndex={0} class={`text-${side}`}>
                  {parts ? (
                    <DiffText parts={parts} side={side} />
                  ) : side === "first" ? (
                    first
                  ) : (
                    second
                  )}
                </pre>
              )}
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

function OneText({
  text,
  isRendered,
}: {
  readonly text: string;
  readonly isRendered: boolean;
}): JSX.Element {
  return isRendered ? <Markdown text={text} /> : <pre tabIndex={0}>{text}</pre>;
}

interface LayoutsProps {
  readonly title: string;
  readonly offered: readonly Layout[];
  readonly layout: Layout;
  readonly isOne: boolean;
  readonly onChoose: (layout: Layout) => void;
}

function Layouts({ title, offered, layout, isOne, onChoose }: LayoutsProps): JSX.Element {
  return (
    <span class="layouts" role="group" aria-label={`${title}: layout`}>
      {offered.map((each) => (
        <button
          key={each}
          type="button"
          class="button small"
          aria-pressed={layout === each}
          onClick={() => onChoose(isOne && layout === each ? "side by side" : each)}
        >
          {each}
        </button>
      ))}
    </span>
  );
}
