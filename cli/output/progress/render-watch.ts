import pico from "picocolors";
import type { WatchEvent } from "../../../src/domain/experiment/watch.js";
import type { WatchStatus } from "../../../src/client/watch/watch-status.js";
import { formatDuration } from "../../../src/settings/duration.js";
import { renderFacts } from "../format/facts.js";
import type { Fact } from "../format/facts.js";
import { oneLine } from "../format/fit-text.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { formatClock } from "../format/format-moment.js";
import { outcomeCounts } from "../format/outcome-counts.js";
import type { Screen } from "../terminal/screen.js";

/** Renders the full status of a watch. */
export function renderWatch(status: WatchStatus, screen: Screen, nowMs: number): string {
  const colours = pico.createColors(screen.colours);
  const facts: readonly Fact[] = [
    ...status.running.map((one) => {
      const ended = one.status ? one.status.completed + one.status.failed : 0;
      const state = one.status?.state ?? "running";
      const counts = `${formatCount(ended)}/${formatCount(one.records)}`;
      return ["running", `${one.name}: ${counts}, ${state}, ${left(one, nowMs)}`] as const;
    }),
    ["waiting", waitingText(status)],
    ["next", nextText(status)],
    ["ended", countsText(status)],
    ...status.problems.map((problem) => ["problem", problem] as const),
    ["Web UI", status.webUi ?? ""],
  ];
  const lines = renderFacts(facts, screen).map((line) => `  ${line}`);
  return [`${colours.bold(oneLine(status.dataFolder))} ${status.state}`, ...lines].join("\n");
}

function left(one: WatchStatus["running"][number], nowMs: number): string {
  const leftMs = one.startedAt + one.expectedMs - nowMs;
  return leftMs > 0
    ? `about ${formatDuration(leftMs)} left`
    : `${formatDuration(-leftMs)} longer than expected`;
}

/** Returns the text about waiting files; empty if no file waits. */
export function waitingText({ waiting }: Pick<WatchStatus, "waiting">): string {
  const { count, names, incomplete, busy } = waiting;
  if (count === 0) return "";
  const more = count > names.length ? ` and ${formatCount(count - names.length)} more` : "";
  const facts = [
    ...(incomplete > 0 ? [`${formatCount(incomplete)} still being written`] : []),
    ...(busy.length > 0
      ? [`waiting for the running experiment of the same name: ${busy.join(", ")}`]
      : []),
  ];
  const why = facts.length > 0 ? ` (${facts.join("; ")})` : "";
  return `${formatCount(count)}: ${names.join(", ")}${more}${why}`;
}

/** Returns the text about the next file; empty if it is unknown. */
export function nextText({ next }: Pick<WatchStatus, "next">): string {
  if (!next) return "";
  return `${titleOf(next)}: ${formatCountOf(next.records, "record")}, about ${formatDuration(next.expectedMs)}`;
}

/** Returns `12 experiments have ended, 1 of them with failures; 2 files were set aside`. */
export function countsText({ counts }: Pick<WatchStatus, "counts">): string {
  const { ended, unsound, rejected } = counts;
  const failures = unsound > 0 ? `, ${formatCount(unsound)} of them with failures` : "";
  const were = rejected === 1 ? "was" : "were";
  const aside = rejected > 0 ? `; ${formatCountOf(rejected, "file")} ${were} set aside` : "";
  const have = ended === 1 ? "has" : "have";
  return `${formatCountOf(ended, "experiment")} ${have} ended${failures}${aside}`;
}

/** Renders an event as lines for the user. */
export function renderEvent(event: WatchEvent, screen: Screen): string[] {
  const colours = pico.createColors(screen.colours);
  switch (event.type) {
    case "started": {
      const until = formatClock(event.at + event.expectedMs);
      const time = `about ${formatDuration(event.expectedMs)}, until ${until}`;
      const line = `${titleOf(event)} has started: ${formatCountOf(event.records, "record")}, ${time}`;
      return [stamped(event, line), ...event.notices.map(oneLine)];
    }
    case "ended": {
      const { status, error, tookMs } = event;
      const took = formatDuration(tookMs);
      const how =
        error === undefined
          ? `${status}: ${outcomeCounts(event, screen)} in ${took}`
          : `${status} after ${took}: ${colours.red(oneLine(error))}`;
      return [stamped(event, `${oneLine(event.name)} ${how}`)];
    }
    case "rejected": {
      const line = `${oneLine(event.inputName)} was set aside: ${oneLine(event.reason)}`;
      return [stamped(event, line), `  ${colours.dim("see")} ${oneLine(event.errorFile)}`];
    }
  }
}

/** Returns the name of the experiment, and its file if the file has another name. */
function titleOf({
  name,
  inputName,
}: {
  readonly name: string;
  readonly inputName: string;
}): string {
  const usual = inputName.replace(/\.[^.]+$/, "") === name;
  return oneLine(usual ? inputName : `${name} (${inputName})`);
}

function stamped({ at }: WatchEvent, line: string): string {
  return `${formatClock(at)} ${line}`;
}
