import type { JSX } from "preact";

/** A list of problems. Shows nothing if there are none. */
export function ProblemList({
  problems,
}: {
  readonly problems: readonly string[];
}): JSX.Element | null {
  if (problems.length === 0) return null;
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li key={problem}>{problem}</li>
      ))}
    </ul>
  );
}
