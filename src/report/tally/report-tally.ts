import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import type { FailureKind, ModelReport, RunReport } from "../../domain/report/run-report.js";
import { createModelTally } from "./model-tally.js";
import type { ModelTally } from "./model-tally.js";
import { createPaceTally } from "./pace-tally.js";
import type { PaceLimits } from "./pace-tally.js";

/** The parts of a report that are sums over its records. */
export type ReportSums = Pick<RunReport, "failures" | "models" | "valueColumns" | "groups"> &
  Partial<Pick<RunReport, "pace">> & {
    readonly completed: number;
    readonly failed: number;
    readonly dropped: number;
  };

/** Sums records that arrive one by one. Keeps two numbers for each call. */
export interface ReportTally {
  add: (record: ReportRecord) => void;
  sums: (limits: PaceLimits) => ReportSums;
}

const mostValueColumns = 40;
const mostGroups = 500;

export function createReportTally(): ReportTally {
  const counts = { completed: 0, failed: 0, dropped: 0 };
  const failures = new Map<string, { -readonly [Key in keyof FailureKind]: FailureKind[Key] }>();
  const models = new Map<string, ModelTally>();
  const valueColumns = new Set<string>();
  const groups = new Set<string>();
  const pace = createPaceTally();
  return {
    add(record) {
      counts[record.status] += 1;
      if (record.error) addFailure(failures, record.error, record.index);
      addToModels(models, record);
      for (const column of Object.keys(record.values)) {
        if (valueColumns.size < mostValueColumns) valueColumns.add(column);
      }
      if (record.group !== undefined && groups.size < mostGroups) groups.add(record.group);
      record.calls.forEach(pace.add);
    },
    sums(limits) {
      return {
        ...counts,
        failures: [...failures.values()].sort((a, b) => b.records - a.records),
        models: [...models].map(([model, tally]): ModelReport => ({ model, ...tally.report() })),
        valueColumns: [...valueColumns],
        groups: [...groups],
        ...defined({ pace: pace.pace(limits) }),
      };
    },
  };
}

function addFailure(
  failures: Map<string, { -readonly [Key in keyof FailureKind]: FailureKind[Key] }>,
  { type, message }: { readonly type: string; readonly message: string },
  index: number,
): void {
  const kind = computed(failures, type, () => ({
    ...{ type, records: 0, example: message, exampleIndex: index },
  }));
  kind.records += 1;
}

/** A record counts for its model. A row's calls count each for theirs. */
function addToModels(models: Map<string, ModelTally>, record: ReportRecord): void {
  if (record.model !== undefined) {
    computed(models, record.model, createModelTally).addRecord(record);
    return;
  }
  for (const call of record.calls) {
    if (call.model !== undefined) computed(models, call.model, createModelTally).addCall(call);
  }
}
