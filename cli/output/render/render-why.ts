import pico from "picocolors";
import type { RecordReport } from "../../../src/client/status/why-record.js";
import type { LifeEvent } from "../../../src/storage/log/record-life.js";
import { shellWord } from "../../../src/domain/shell-word.js";
import { formatDuration } from "../../../src/settings/duration.js";
import { remedyFor } from "../../../src/domain/failure/remedy-for.js";
import { oneLine } from "../format/fit-text.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { formatTime } from "../format/format-moment.js";
import { holdText } from "../live/hold-text.js";
import type { Screen } from "../terminal/screen.js";

/** Renders one record's life, one line per event, and the next step. */
export function renderWhy(report: RecordReport, screen: Screen, nowMs: number): string {
  const { bold } = pico.createColors(screen.colours);
  const { name, id, line, lineNumber, group, target, state, events } = report;
  // Lines of a batch run have numbers of their own, from 0.
  const place = [`line ${formatCount(lineNumber ?? line)}`, target ?? `group ${group}`].join(", ");
  return [
    `${bold(`${oneLine(name)} ${oneLine(id)}`)} ${state} (${oneLine(place)})`,
    ...events.flatMap((event) => [
      `  ${formatTime(event.atMs, nowMs)}  ${eventText(event)}`,
      ...furtherLines(event).map((text) => `    ${text}`),
    ]),
    ...printedLines(report).map((text) => `  ${text}`),
    ...ending(report, nowMs).map((text) => `  ${text}`),
    ...othersOf(report).map((text) => `  ${text}`),
  ].join("\n");
}

/**
 * Returns a line about the other records. With several models, one line of the input makes one
 * record per model.
 */
function othersOf({ name, id, alsoOf = [] }: RecordReport): readonly string[] {
  return alsoOf.map(
    ({ model, state: other }) =>
      `also: ${oneLine(model)} ${other}, see \`ostinato why ${shellWord(name)} ${shellWord(id)} --model ${shellWord(model)}\``,
  );
}

const correctCode = "Correct the cause, then run it again. What is completed is reused.";

const mostFurtherLines = 20;

/** Returns the newest output of the line's code. */
function printedLines({ printed = [] }: RecordReport): readonly string[] {
  const lines = printed.flatMap(({ node, text }) =>
    text.split("\n").map((line) => `${oneLine(node)} printed: ${oneLine(line)}`),
  );
  const more = lines.length - mostFurtherLines;
  return more > 0
    ? [`${formatCountOf(more, "earlier line")} …`, ...lines.slice(-mostFurtherLines)]
    : lines;
}

/**
 * Returns the text that does not fit on the line of an event: the remaining lines of the error's
 * message, and the stack.
 */
function furtherLines({ error, trace }: LifeEvent): readonly string[] {
  const rest = error?.message.split("\n").slice(1) ?? [];
  const lines = [...rest, ...(trace?.split("\n") ?? [])].filter((text) => text.trim() !== "");
  const more = lines.length - mostFurtherLines;
  const shown = lines.slice(0, mostFurtherLines).map((text) => oneLine(text));
  return more > 0 ? [...shown, `… and ${formatCountOf(more, "more line")}`] : shown;
}

function eventText(event: LifeEvent): string {
  const { atMs, sentAtMs, step, turn, error, waitedMs } = event;
  const where = [step, turn === undefined ? undefined : `turn ${turn + 1}`].filter(Boolean);
  const took = sentAtMs === undefined ? "" : ` after ${formatDuration(atMs - sentAtMs)}`;
  const why = error ? `: ${kindOf(error)}: ${oneLine(firstLineOf(error.message))}` : "";
  const waited =
    waitedMs === undefined || waitedMs < 50 ? "" : ` (waited ${formatDuration(waitedMs)} before)`;
  const begin = where.length === 0 ? "" : `${oneLine(where.join(", "))}: `;
  return `${begin}${whatOf(event)}${took}${waited}${why}`;
}

function firstLineOf(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}

function kindOf({ type, status }: NonNullable<LifeEvent["error"]>): string {
  return status === undefined ? type : `${type} ${status}`;
}

/** Texts of the kinds of events without a number. */
const plainTexts = {
  held: "held, which uses no attempt",
  blocked: "refused: its model waits for a person",
  lost: "sent, but its process died before the answer was saved",
  sent: "sent, without an answer so far",
  reused: "the answer of an earlier run is reused",
  step: "a value was recorded",
  dropped: "dropped by a step",
} as const;

function whatOf({ kind, attempt = 1 }: LifeEvent): string {
  if (kind === "answered") return `attempt ${attempt} was answered`;
  if (kind === "failed-attempt") return `attempt ${attempt} failed`;
  if (kind === "completed" || kind === "failed") {
    return `${kind}, ${attempt === 1 ? "1 call" : `${attempt} calls`}`;
  }
  return plainTexts[kind];
}

function ending({ name, state, next, events }: RecordReport, nowMs: number): readonly string[] {
  const error = events.at(-1)?.error;
  if (state === "failed" && error) {
    return [`next: ${remedyFor(error.type, shellWord(name), correctCode)}`];
  }
  if (!next) return state === "open" ? ["next: nothing, because the run has ended"] : [];
  const { heldBy, blocked, ends, needsMoney } = next;
  if (blocked !== undefined) {
    const resume = `next: ostinato resume ${shellWord(name)}`;
    return [
      needsMoney
        ? `${resume} --max-cost N, with a larger sum: ${oneLine(blocked)}`
        : `${resume}, once this is corrected: ${oneLine(blocked)}`,
    ];
  }
  return [
    `next: ${soonOf(events)}; the experiment is ${next.state}${heldBy ? `, held by: ${holdText(heldBy, nowMs)}` : ""}`,
    ...(ends ? [`its group ends about ${formatTime(ends.atMs, nowMs)}`] : []),
  ];
}

function soonOf(events: RecordReport["events"]): string {
  if (events.length === 0) return "not sent yet";
  return events.at(-1)?.kind === "sent" ? "its answer" : "sent again when it has a slot";
}
