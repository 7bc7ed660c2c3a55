import type { JSX } from "preact";

export interface BarRow {
  readonly label: string;
  readonly parts: readonly number[];
  /** Numbers as text. */
  readonly text: string;
  readonly detail?: string;
  readonly onChoose?: () => void;
}

interface BarListProps {
  readonly rows: readonly BarRow[];
  /** Names of the parts, if there are several. */
  readonly legend?: readonly string[];
  readonly tone?: "bad";
}

const mostRows = 12;

/** Horizontal bars that share a scale. */
export function BarList({ rows, legend, tone }: BarListProps): JSX.Element {
  const longest = Math.max(...rows.map(sumOf), Number.MIN_VALUE);
  return (
    <>
      {legend ? (
        <p class="legend" aria-hidden="true">
          {legend.map((name, part) => (
            <span key={name}>
              <i class={`swatch fill-${part}`} /> {name}
            </span>
          ))}
        </p>
      ) : null}
      <ul class={`bars ${tone ?? ""}`}>
        {rows.slice(0, mostRows).map((row) => (
          <li key={row.label}>
            <BarHead row={row} />
            <div class="track" aria-hidden="true">
              {row.parts.map((value, part) => (
                <span
                  key={part}
                  class={`fill-${part}`}
                  style={{ width: `${(100 * value) / longest}%` }}
                />
              ))}
            </div>
            {row.detail === undefined ? null : <p class="detail">{row.detail}</p>}
          </li>
        ))}
      </ul>
      {rows.length > mostRows ? <p class="muted">{rows.length - mostRows} more.</p> : null}
    </>
  );
}

function BarHead({ row: { label, text, onChoose } }: { readonly row: BarRow }): JSX.Element {
  return (
    <p class="bar-head">
      {onChoose ? (
        <button type="button" class="link" onClick={onChoose}>
          {label}
        </button>
      ) : (
        <span class="bar-label">{label}</span>
      )}
      <span class="bar-text">{text}</span>
    </p>
  );
}

function sumOf({ parts }: BarRow): number {
  return parts.reduce((sum, part) => sum + part, 0);
}
