import pico from "picocolors";
import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { isOver } from "../../../src/client/status/status.js";
import { renderFacts } from "../format/facts.js";
import { fitText, oneLine } from "../format/fit-text.js";
import { formatCount } from "../format/format-count.js";
import { formatTime } from "../format/format-moment.js";
import { stageText } from "../format/stage-text.js";
import type { Screen } from "../terminal/screen.js";
import { errorLines } from "../format/error-lines.js";
import { liveFacts } from "./live-facts.js";
import { liveRows, runningName } from "./live-row.js";
import { liveTable } from "./live-table.js";

type Colours = ReturnType<typeof pico.createColors>;

/** View that the user has chosen with keys. */
export interface LiveView {
  /** Last lines, with the available keys. Empty without a keyboard. */
  readonly keys: readonly string[];
  /** Show all kinds of failures instead of the table. */
  readonly errors: boolean;
}

export const plainView: LiveView = { keys: [], errors: false };

const fewestRows = 4;

/**
 * Renders the live view of an experiment for a terminal. It never has more lines than the screen
 * can clear, and no line is wider than the screen.
 */
export function renderLive(
  status: ExperimentStatus,
  screen: Screen,
  { nowMs, view = plainView }: { readonly nowMs: number; readonly view?: LiveView },
): string[] {
  const colours = pico.createColors(screen.colours);
  const width = screen.columns - 1;
  const space = screen.rows - 1;
  const head = [...stageLines(status), titleOf(status, nowMs, width)].slice(-space);
  const [line = "", ...help] = view.keys;
  const allKeys = help.length === 0 && line !== "" ? wrapped(line, width) : view.keys;
  const keys = allKeys.slice(0, Math.max(0, space - head.length - fewestRows));
  const room = space - head.length - keys.length;
  const body = view.errors
    ? errorsAlone(status, room, nowMs)
    : bodyOf(status, { room, width, nowMs }, screen);
  const fit = (line: string): string => fitText(line, width).trimEnd();
  return [
    ...head.map((line, index) =>
      index === head.length - 1 ? colours.bold(fit(line)) : colours.dim(fit(line)),
    ),
    ...body.map((line) => (typeof line === "string" ? line : line.colour(fit(line.text)))),
    ...keys.map((line) => colours.dim(fit(line))),
  ].slice(0, space);
}

/** Wraps a line that is too long, at places with two spaces. */
function wrapped(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of line.split("  ")) {
    const last = lines.at(-1);
    const longer = last === undefined ? part : `${last}  ${part}`;
    if (last === undefined || longer.length > width) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** A line that is cut to the screen before it is colored. */
interface CutLine {
  readonly text: string;
  readonly colour: (text: string) => string;
}

interface Room {
  readonly room: number;
  readonly width: number;
  readonly nowMs: number;
}

function bodyOf(
  status: ExperimentStatus,
  { room, width, nowMs }: Room,
  screen: Screen,
): readonly (string | CutLine)[] {
  const colours = pico.createColors(screen.colours);
  const rows = liveRows(status, nowMs);
  const facts = factLines(status, nowMs, screen);
  // The summary below the live view explains the failures of an ended run.
  const errors = isOver(status.state) ? [] : errorsOf(status, nowMs, colours);
  const wanted = rows.length + 1;
  const least = Math.min(wanted, Math.max(fewestRows, Math.floor(room / 2)));
  const shownFacts = facts.slice(0, Math.max(0, room - least));
  // The two lines of an error stay together.
  const forErrors = Math.max(0, room - least - shownFacts.length);
  const shownErrors = errors.slice(0, forErrors - (forErrors % 2));
  const lines = room - shownFacts.length - shownErrors.length;
  const noun = status.steps ? "step" : "group";
  return [...liveTable(rows, { width, lines, noun }, colours), ...shownFacts, ...shownErrors];
}

function factLines(status: ExperimentStatus, nowMs: number, screen: Screen): readonly CutLine[] {
  const { yellow } = pico.createColors(screen.colours);
  const facts = liveFacts(status, nowMs).filter(([, text]) => text !== "");
  if (facts.length === 0) return [];
  const lines = renderFacts(facts, { ...screen, colours: false });
  return lines.map((text, index) => ({
    text,
    colour: facts[index]?.[0] === "slowed" ? yellow : (line) => line,
  }));
}

function errorsOf(
  { errors = [] }: ExperimentStatus,
  nowMs: number,
  { red, dim }: Colours,
): readonly CutLine[] {
  return errors.flatMap((error) => {
    const [what, remedy] = errorLines(error, nowMs);
    return [
      { text: what, colour: red },
      { text: `  ${remedy}`, colour: dim },
    ];
  });
}

function errorsAlone(status: ExperimentStatus, room: number, nowMs: number): readonly CutLine[] {
  const plain = (text: string): string => text;
  const lines = errorsOf(status, nowMs, pico.createColors(false)).map(({ text }) => text);
  const shown = lines.length === 0 ? ["No call has failed so far."] : lines;
  return shown.slice(0, room).map((text) => ({ text, colour: plain }));
}

function stageLines({ stages = [] }: ExperimentStatus): readonly string[] {
  return stages.filter(({ state }) => state === "finished").map(stageText);
}

/** Returns the title, e.g. `pilot running, 123/500, ends 14:22:58 (14:22:20 to 14:23:40)`. */
function titleOf(status: ExperimentStatus, nowMs: number, width: number): string {
  const { state, completed, failed, records, ends } = status;
  const parts = [`${oneLine(runningName(status))} ${state}`];
  if (records > 0) parts.push(`${formatCount(completed + failed)}/${formatCount(records)}`);
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  if (ends && state === "running") {
    const [at, from, to] = [ends.atMs, ends.earliestMs, ends.latestMs].map((ms) =>
      formatTime(ms, nowMs),
    );
    const range = ` (${from} to ${to})`;
    const title = [...parts, `ends ${at}`].join(", ");
    return title.length + range.length <= width ? `${title}${range}` : title;
  }
  return parts.join(", ");
}
