import pico from "picocolors";
import stringWidth from "string-width";
import type { ExperimentStatus, GroupStatus } from "../../../src/client/status/status.js";
import { formatDuration } from "../../../src/settings/duration.js";
import { fitText } from "../format/fit-text.js";
import { formatCount } from "../format/format-count.js";
import { formatMoment } from "../format/format-moment.js";
import type { Screen } from "../terminal/screen.js";
import { slowdownText } from "../format/slowdown-text.js";
import { stepLines } from "./step-lines.js";
import { stageText } from "../format/stage-text.js";

type PerMinute = (group: string) => number | undefined;
type Colours = ReturnType<typeof pico.createColors>;

const longestLabel = 24;
const longestBar = 30;
const shortestBar = 6;

/**
 * The live view of an experiment on a terminal: a line for the total if it has several groups, a
 * line per group, then its slowdowns. It never has more lines than the screen can clear. Unfinished
 * groups come first; the rest are counted.
 */
export function renderProgress(
  status: ExperimentStatus,
  screen: Screen,
  perMinute: PerMinute,
): string[] {
  const slowdowns = slowdownLines(status, screen);
  const rows = screen.rows - slowdowns.length;
  const groups = groupLines(status, { ...screen, rows }, perMinute);
  const room = { rows: rows - groups.length - 1, columns: screen.columns };
  return [...groups, ...stepLines(status.steps ?? [], room), ...slowdowns];
}

function slowdownLines({ slowdowns }: ExperimentStatus, screen: Screen): string[] {
  const { yellow } = pico.createColors(screen.colours);
  return slowdowns
    .slice(0, Math.max(1, Math.floor(screen.rows / 3)))
    .map((slowdown) => fitText(slowdownText(slowdown, Date.now()), screen.columns - 1).trimEnd())
    .map(yellow);
}

function groupLines(status: ExperimentStatus, screen: Screen, perMinute: PerMinute): string[] {
  const colours = pico.createColors(screen.colours);
  const [only, ...others] = status.groups;
  if (only === undefined || others.length === 0) {
    const waits = only?.waitsUntilMs === undefined ? {} : { waitsUntilMs: only.waitsUntilMs };
    const line = { ...whole(status), ...waits, state: status.state };
    return [
      ...endedStages(status, screen).map(colours.dim),
      renderLine(line, stringWidth(line.name), {
        screen,
        colours,
        perMinute: () => perMinute(only?.name ?? ""),
      }),
    ];
  }
  const groups = [...status.groups].sort((a, b) => Number(isOver(a)) - Number(isOver(b)));
  const room = Math.max(1, screen.rows - 3);
  const shown = groups.length <= room ? groups : groups.slice(0, room);
  const label = Math.max(...[status, ...shown].map(({ name }) => stringWidth(name)));
  const view = { screen, colours, perMinute: (name: string) => perMinute(name) };
  const total = { ...whole(status), state: status.state };
  const lines = [total, ...shown].map((line) => renderLine(line, label, view));
  const hidden = groups.length - shown.length;
  return hidden === 0 ? lines : [...lines, colours.dim(`${formatCount(hidden)} more groups`)];
}

function endedStages({ stages = [] }: ExperimentStatus, { columns }: Screen): string[] {
  return stages
    .filter(({ state }) => state === "finished")
    .map((stage) => fitText(stageText(stage), columns - 1).trimEnd());
}

interface Line extends Omit<GroupStatus, "state" | "limitKey" | "expectedMs"> {
  readonly state: string;
}

interface View {
  readonly screen: Screen;
  readonly colours: Colours;
  readonly perMinute: PerMinute;
}

function whole(status: ExperimentStatus): Omit<Line, "state"> {
  const { records, completed, failed, inFlight: open, requestsPerMinute } = status;
  const name = status.stages?.find(({ state }) => state === "running")?.name ?? status.name;
  return { name, records, completed, failed, open, requestsPerMinute };
}

function isOver(group: GroupStatus): boolean {
  return group.state === "finished" || group.state === "cancelled";
}

function renderLine(line: Line, labelWidth: number, view: View): string {
  const { colours, screen } = view;
  const label = fitText(line.name, Math.min(labelWidth, longestLabel));
  const width = screen.columns - 1;
  if (line.records === 0) return fitText(`${label}  ${line.state}`, width).trimEnd();
  const ended = line.completed + line.failed;
  const total = formatCount(line.records);
  const facts = [
    `${formatCount(ended).padStart(total.length)}/${total}`,
    line.failed > 0 ? `${formatCount(line.failed)} failed` : "",
    `${formatCount(line.requestsPerMinute)}/min`,
    line.open > 0 ? `${formatCount(line.open)} in flight` : "",
    timeLeft(line, view.perMinute(line.name)),
    line.waitsUntilMs === undefined ? "" : `until ${formatMoment(line.waitsUntilMs)}`,
    line.state,
  ].filter((fact) => fact !== "");
  const text = facts.join("  ");
  const room = Math.min(longestBar, width - stringWidth(label) - stringWidth(text) - 4);
  if (room < shortestBar) return fitText(`${label}  ${text}`, width).trimEnd();
  return `${label}  ${renderBar(line, room, colours)}  ${text}`;
}

function renderBar(line: Line, width: number, colours: Colours): string {
  const cells = (records: number) => Math.floor((records * width) / line.records);
  const ended = cells(line.completed + line.failed);
  const failed = line.failed === 0 ? 0 : Math.min(ended, Math.max(1, cells(line.failed)));
  const bar = [
    colours.green("━".repeat(ended - failed)),
    colours.red("━".repeat(failed)),
    colours.dim("─".repeat(width - ended)),
  ];
  return bar.join("");
}

function timeLeft(line: Line, measured: number | undefined): string {
  const left = line.records - line.completed - line.failed;
  if (line.waitsUntilMs !== undefined) return "";
  const going = ["sending", "running", "waiting"].includes(line.state);
  const perMinute = measured ?? line.requestsPerMinute;
  if (!going || left === 0 || perMinute <= 0) return "";
  const leftMs = (left / perMinute) * 60_000;
  return `${formatDuration(leftMs).replace(/\.\ds$/, "s")} left`;
}
