import type { JSX } from "preact";
import type { JsonValue } from "../../domain/json/json.js";
import type { RunReport } from "../../domain/report/run-report.js";
import { formatNumber } from "../parts/format.js";
import { Card } from "../parts/section.js";

/** The metrics of a batch run, and the errors of its aggregation. */
export function Metrics({ report }: { readonly report: RunReport }): JSX.Element | null {
  const { metrics = {}, batchErrors = [] } = report;
  const all = Object.entries(metrics);
  if (all.length + batchErrors.length === 0) return null;
  return (
    <Card title="Metrics" note="From the aggregation of all completed lines.">
      <dl class="facts rows">
        {all.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{metricText(value)}</dd>
          </div>
        ))}
      </dl>
      {batchErrors.map((error) => (
        <p key={error} class="error-text">
          {error}
        </p>
      ))}
    </Card>
  );
}

function metricText(value: JsonValue): string {
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
