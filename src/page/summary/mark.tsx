import type { JSX } from "preact";

/** The logo: a repeated figure of four notes. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 40 16" width="40" height="16" aria-hidden="true">
      {[0, 1].map((bar) => (
        <g key={bar} opacity={bar === 0 ? 1 : 0.45}>
          <circle cx={3 + 20 * bar} cy="12" r="2.5" />
          <circle cx={8 + 20 * bar} cy="7" r="2.5" />
          <circle cx={13 + 20 * bar} cy="9.5" r="2.5" />
          <circle cx={18 + 20 * bar} cy="4" r="2.5" />
        </g>
      ))}
    </svg>
  );
}
