import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import { SpendingTally, unlessNone } from "../../domain/money/spending.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import type {
  FailureKind,
  ModelReport,
  RunReport,
  StepCost,
} from "../../domain/report/run-report.js";
import { createModelTally } from "./model-tally.js";
import type { ModelTally } from "./model-tally.js";
import { createPaceTally } from "./pace-tally.js";
import type { PaceLimits } from "./pace-tally.js";

/** The parts of a report that are sums over its records. */
export type ReportSums = Pick<RunReport, "failures" | "models" | "valueColumns" | "groups"> &
  Partial<Pick<RunReport, "pace" | "stepCosts">> & {
    readonly completed: number;
    readonly failed: number;
    readonly dropped: number;
  };

/** Sums records that arrive one by one. Stores two numbers per call. */
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
  const steps = new Map<string, SpendingTally>();
  return {
    add(record) {
      counts[record.status] += 1;
      if (record.error) addFailure(failures, record.error, record.index);
      addToModels(models, record);
      for (const column of Object.keys(record.values)) {
        if (valueColumns.size < mostValueColumns) valueColumns.add(column);
      }
      if (record.group !== undefined && groups.size < mostGroups) groups.add(record.group);
      for (const call of record.calls) {
        pace.add(call);
        const { step, spend } = call;
        if (step !== undefined && spend) {
          computed(steps, step, () => new SpendingTally()).add(spend);
        }
      }
    },
    sums(limits) {
      return {
        ...counts,
        failures: [...failures.values()].sort((a, b) => b.records - a.records),
        models: [...models].map(([model, tally]): ModelReport => ({ model, ...tally.report() })),
        valueColumns: [...valueColumns],
        groups: [...groups],
        ...defined({ pace: pace.pace(limits), stepCosts: costsOf(steps) }),
      };
    },
  };
}

/** Returns the costs of the steps; `undefined` if no step has a cost. */
function costsOf(steps: ReadonlyMap<string, SpendingTally>): readonly StepCost[] | undefined {
  const costs = [...steps].flatMap(([step, tally]) => {
    const spending = unlessNone(tally.sums());
    return spending ? [{ step, calls: tally.count, ...spending }] : [];
  });
  return costs.length === 0 ? undefined : costs;
}

function addFailure(
  failures: Map<string, { -readonly [Key in keyof FailureKind]: FailureKind[Key] }>,
  { type, message }: { readonly type: string; readonly message: string },
  index: number,
): void {
  const kind = computed(failures, type, () => ({
    type,
    records: 0,
    example: message,
    exampleIndex: index,
  }));
  kind.records += 1;
}

/** Adds a record to its model. For a row, adds each call to the model of the call. */
function addToModels(models: Map<string, ModelTally>, record: ReportRecord): void {
  if (record.model !== undefined) {
    computed(models, record.model, createModelTally).addRecord(record);
    return;
  }
  for (const call of record.calls) {
    if (call.model !== undefined) computed(models, call.model, createModelTally).addCall(call);
  }
}
