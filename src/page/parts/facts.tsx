import type { JSX } from "preact";

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

interface FactsProps {
  readonly facts: readonly (readonly [name: string, value: unknown])[];
}

/** A strip of facts. Those without a value are left out. */
export function Facts({ facts }: FactsProps): JSX.Element {
  return (
    <dl class="facts strip">
      {facts.map(([name, value]) =>
        value === undefined ? null : <Fact key={name} name={name} value={String(value)} />,
      )}
    </dl>
  );
}
