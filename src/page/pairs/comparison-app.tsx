import type { JSX } from "preact";
import type { ComparisonReport, PairSource } from "../../domain/report/pair-report.js";
import { Section } from "../parts/section.js";
import { useLoad } from "../parts/use-load.js";
import type { EmbeddedPairs } from "../source/embedded-pairs.js";
import { ComparisonHeader } from "./comparison-header.js";
import { FailuresTable, LabelsTable } from "./change-tables.js";
import { MetricsTable } from "./metrics-table.js";
import { PairReproduce } from "./pair-reproduce.js";
import { usePairView } from "./pair-view-state.js";
import { PairsSection } from "./pairs-section.js";

/** The page that compares two runs, or the models of one. */
export function ComparisonApp({ pairs }: { readonly pairs: EmbeddedPairs }): JSX.Element {
  const report = useLoad(pairs.report, "");
  if (report.state === "failed") return <p class="loading">{report.message}</p>;
  if (report.value === undefined) return <p class="loading">Reading the report …</p>;
  return <Comparison report={report.value} source={pairs.source} />;
}

interface ComparisonProps {
  readonly report: ComparisonReport;
  readonly source: (place: number) => PairSource;
}

function Comparison({ report, source }: ComparisonProps): JSX.Element {
  const [view, change] = usePairView();
  const place = view.comparison < report.comparisons.length ? view.comparison : 0;
  const comparison = report.comparisons[place];
  if (!comparison) return <p class="loading">This page has no comparison.</p>;
  return (
    <>
      <a class="skip" href="#" onClick={skipToPairs}>
        Skip to the records
      </a>
      <ComparisonHeader
        report={report}
        comparison={comparison}
        place={place}
        onChoose={(chosen) => change({ comparison: chosen, pair: undefined })}
      />
      <main>
        <Section id="differences" title="Differences">
          <MetricsTable metrics={comparison.metrics} change={change} query={view.query} />
          <div class="cards">
            <LabelsTable labels={comparison.labels} />
            <FailuresTable comparison={comparison} />
          </div>
        </Section>
        <PairsSection
          key={place}
          source={source(place)}
          comparison={comparison}
          view={view}
          change={change}
        />
        <PairReproduce comparison={comparison} isOneRun={report.by !== undefined} />
      </main>
      <footer class="footer">
        Written by Ostinato. This page loads nothing from the network, and runs no part of a prompt
        or an answer.
      </footer>
    </>
  );
}

/** Moves the focus, because a link would change the address, which belongs to the view. */
function skipToPairs(event: Event): void {
  event.preventDefault();
  document.getElementById("search")?.focus();
}
