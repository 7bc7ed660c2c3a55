import type { JSX } from "preact";
import type { WatchedFolder } from "../../domain/report/live-run.js";
import { formatCount } from "../parts/format.js";
import { ProblemList } from "../parts/problem-list.js";

/** The watch of the data folder: running, waiting and ended experiments. */
export function WatchStrip({ watch }: { readonly watch: WatchedFolder }): JSX.Element {
  const { isPaused, running, ended, unsound, rejected, problems } = watch;
  const facts = [
    ["Watch", isPaused ? "paused" : "watches this folder"],
    ["Running", running.length === 0 ? "nothing" : running.join(", ")],
    ["Waiting", waitingText(watch)],
    ["Ended", endedText(ended, unsound)],
    ["Set aside", rejected === 0 ? undefined : formatCount(rejected)],
  ] as const;
  return (
    <section class="watch" aria-label="Watch of the folder">
      <dl class="facts strip">
        {facts.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <ProblemList problems={problems} />
    </section>
  );
}

function waitingText({ waiting, waitingNames }: WatchedFolder): string {
  if (waiting === 0) return "no file";
  const more = waiting - waitingNames.length;
  return `${waitingNames.join(", ")}${more > 0 ? ` and ${formatCount(more)} more` : ""}`;
}

function endedText(ended: number, unsound: number): string {
  const failures = unsound === 0 ? "" : `, ${formatCount(unsound)} with failures`;
  return `${formatCount(ended)}${failures}`;
}
