import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RecordSource } from "../domain/report/record-source.js";
import type { ReportState, RunReport } from "../domain/report/run-report.js";
import { useLoad } from "./parts/use-load.js";
import { Figures } from "./summary/figures.js";
import { Header } from "./summary/header.js";
import { ReproduceSection } from "./summary/reproduce.js";
import { RecordsSection } from "./table/records-section.js";
import { useViewState } from "./view/view-state.js";

interface AppProps {
  readonly source: RecordSource;
  /** State of the run from the server, if there is one. */
  readonly state?: ReportState | undefined;
  /** True while the records are read. Most of them then count as open. */
  readonly isReading?: boolean;
  /** Content below the head of the page. */
  readonly children?: ComponentChildren;
  readonly footer?: string;
}

export function App(props: AppProps): JSX.Element {
  const { source } = props;
  const version = useVersion(source);
  const report = useLoad(source.report, String(version));
  if (report.state === "failed") return <p class="loading">{report.message}</p>;
  if (report.value === undefined) return <p class="loading">Reading the report …</p>;
  const { state = report.value.state } = props;
  return <Page {...props} report={{ ...report.value, state }} version={version} />;
}

/** Returns a number that grows with each change of a run in progress. */
function useVersion({ watch }: RecordSource): number {
  const [version, setVersion] = useState(0);
  useEffect(() => watch?.(() => setVersion((before) => before + 1)), [watch]);
  return version;
}

interface PageProps extends AppProps {
  readonly report: RunReport;
  readonly version: number;
}

function Page({ source, report, version, isReading, children, footer }: PageProps): JSX.Element {
  const [view, change] = useViewState();
  return (
    <>
      <a class="skip" href="#" onClick={skipToRecords}>
        Skip to the records
      </a>
      <Header report={report} isReading={isReading} />
      {children}
      <main>
        <Figures report={report} change={change} />
        <RecordsSection
          source={source}
          report={report}
          version={version}
          view={view}
          change={change}
        />
        <ReproduceSection report={report} />
      </main>
      <footer class="footer">
        {footer ??
          "Written by Ostinato. This page loads nothing from the network, and runs no part of a prompt or an answer."}
      </footer>
    </>
  );
}

/** Moves the focus, because a link would change the address, which belongs to the view. */
function skipToRecords(event: Event): void {
  event.preventDefault();
  document.getElementById("search")?.focus();
}
