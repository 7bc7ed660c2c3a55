import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { choosePairs, countPairs, pairText, ratePairs } from "../../domain/report/pair-query.js";
import type { RatedPair } from "../../domain/report/pair-query.js";
import type { PairReport, PairRow, PairSource } from "../../domain/report/pair-report.js";
import { formatCount } from "../parts/format.js";
import { Section } from "../parts/section.js";
import { useLoad } from "../parts/use-load.js";
import { useMedia } from "../parts/use-media.js";
import { useVirtualRows } from "../table/use-virtual-rows.js";
import { PairDrawer } from "./pair-drawer.js";
import { PairList } from "./pair-list.js";
import { PairToolbar } from "./pair-toolbar.js";
import type { ChangePairView, PairView } from "./pair-view-state.js";

interface PairsProps {
  readonly source: PairSource;
  readonly comparison: PairReport;
  readonly view: PairView;
  readonly change: ChangePairView;
}

export function PairsSection(props: PairsProps): JSX.Element {
  const rows = useLoad(props.source.rows, "");
  return (
    <Section id="records" title="Records in both">
      {rows.state === "failed" ? <p class="error-text">{rows.message}</p> : null}
      {rows.state === "ready" ? <Pairs {...props} rows={rows.value} /> : null}
      {rows.state === "loading" ? <p class="count">Reading the records …</p> : null}
    </Section>
  );
}

const rowHeight = 140;
const cardHeight = 292;

function Pairs(props: PairsProps & { readonly rows: readonly PairRow[] }): JSX.Element {
  const { rows, source, comparison, view, change } = props;
  const { query } = view;
  const isNarrow = useMedia("(max-width: 640px)");
  const rated = useMemo(
    () => ratePairs(rows, comparison.metrics, query.metric),
    [rows, comparison, query.metric],
  );
  const counts = useMemo(() => countPairs(rated), [rated]);
  const textOf = useMemo(() => rememberedTexts(), [rows]);
  const chosen = useMemo(() => choosePairs(rated, query, textOf), [rated, query]);
  const virtual = useVirtualRows(chosen.length, isNarrow ? cardHeight : rowHeight);
  const [position, setPosition] = useState<number>();
  const open = (pair: RatedPair | undefined, place: number): void => {
    if (!pair) return;
    setPosition(place);
    change({ pair: pair.row.index });
  };
  const neighbour = (step: number): (() => void) | undefined => {
    const place = (position ?? chosen.findIndex(({ row }) => row.index === view.pair)) + step;
    return chosen[place] ? () => open(chosen[place], place) : undefined;
  };
  const opened = rated.find(({ row }) => row.index === view.pair);
  return (
    <>
      <PairToolbar counts={counts} query={query} change={change} metrics={comparison.metrics} />
      <p class="count" role="status">
        {chosen.length === rows.length
          ? `${formatCount(rows.length)} records`
          : `${formatCount(chosen.length)} of ${formatCount(rows.length)} records`}
      </p>
      <PairList pairs={chosen} metrics={comparison.metrics} virtual={virtual} onOpen={open} />
      {opened ? (
        <PairDrawer
          source={source}
          comparison={comparison}
          pair={opened}
          onPrevious={neighbour(-1)}
          onNext={neighbour(1)}
          onClose={() => change({ pair: undefined })}
        />
      ) : null}
    </>
  );
}

/** Returns a function that computes the text of a pair at the first search and remembers it. */
function rememberedTexts(): (row: PairRow) => string {
  const texts = new Map<number, string>();
  return (row) => {
    const known = texts.get(row.index) ?? pairText(row);
    texts.set(row.index, known);
    return known;
  };
}
