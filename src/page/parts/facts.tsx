import type { JSX } from "preact";
import type { RowValue } from "../../domain/report/report-row.js";

/** A fact in a list of facts. */
export function Fact({
  name,
  value,
}: {
  readonly name: string;
  readonly value: string;
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface FactStripProps {
  readonly facts: readonly (readonly [name: string, value: RowValue | undefined])[];
}

/** A strip of facts. Facts without a value are left out. */
export function FactStrip({ facts }: FactStripProps): JSX.Element {
  return (
    <dl class="facts strip">
      {facts.map(([name, value]) =>
        value === undefined ? null : <Fact key={name} name={name} value={String(value)} />,
      )}
    </dl>
  );
}
