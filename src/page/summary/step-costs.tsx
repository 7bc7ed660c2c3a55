import type { JSX } from "preact";
import type { RunReport } from "../../domain/report/run-report.js";
import { BarList } from "../charts/bar-list.js";
import { formatCount, formatDollars } from "../parts/format.js";
import { Card } from "../parts/section.js";

/** The steps of a pipeline, or the nodes of a flow, by their cost. */
export function StepCosts({ report }: { readonly report: RunReport }): JSX.Element | null {
  const { stepCosts = [] } = report;
  const priced = stepCosts.filter(({ cost, unknownCalls }) => cost > 0 || unknownCalls > 0);
  if (priced.length === 0) return null;
  return (
    <Card title="Cost by step" note="In US dollars. Calls without a known price are not counted.">
      <BarList
        rows={priced.map(({ step, calls, cost, unknownCalls }) => ({
          label: step,
          parts: [cost],
          text: `${formatDollars(cost)}, ${formatCount(calls)} calls${unknownCalls > 0 ? `, ${formatCount(unknownCalls)} unknown` : ""}`,
        }))}
      />
    </Card>
  );
}
