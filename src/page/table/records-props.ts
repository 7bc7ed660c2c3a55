import type { RecordSource } from "../../domain/report/record-source.js";
import type { RunReport } from "../../domain/report/run-report.js";
import type { ChangeView, ViewState } from "../view/view-state.js";

export interface RecordsProps {
  readonly source: RecordSource;
  readonly report: RunReport;
  /** Number that grows with each change of the data. */
  readonly version: number;
  readonly view: ViewState;
  readonly change: ChangeView;
}
