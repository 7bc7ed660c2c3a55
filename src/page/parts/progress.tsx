import type { JSX } from "preact";

interface ProgressProps {
  /** Share of the work, from 0 to 1. */
  readonly share: number;
  readonly label: string;
}

/** A bar for work in progress. */
export function Progress({ share, label }: ProgressProps): JSX.Element {
  const percent = Math.floor(100 * share);
  return (
    <label class="progress">
      <span>
        {label} {percent} %
      </span>
      <progress value={percent} max="100" />
    </label>
  );
}
