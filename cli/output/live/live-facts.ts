import type {
  CallsSoFar,
  ExperimentStatus,
  GroupStatus,
} from "../../../src/client/status/status.js";
import { isOver } from "../../../src/client/status/status.js";
import { formatMoney } from "../../../src/domain/money/format-money.js";
import type { Spending } from "../../../src/domain/money/spending.js";
import type { Hold } from "../../../src/domain/progress/hold.js";
import type { ScoreRow } from "../../../src/domain/scores/line-scoring.js";
import { shellWord } from "../../../src/domain/shell-word.js";
import type { Fact } from "../format/facts.js";
import { formatFigure, formatInterval } from "../format/format-figure.js";
import { formatCount } from "../format/format-count.js";
import { costText } from "../format/money-text.js";
import { acceptedText } from "../format/accepted-text.js";
import { slowdownText } from "../format/slowdown-text.js";
import { fasterText } from "./hold-text.js";

/** Minimum number of ended records for an expected cost. */
const fewestEnded = 20;

/** Returns the facts below the table, the most important first. */
export function liveFacts(status: ExperimentStatus, nowMs: number): readonly Fact[] {
  const holds = status.groups.flatMap(({ heldBy = [] }) => heldBy);
  return [
    ["accepted", acceptedText(status)],
    ...status.slowdowns.map((slowdown) => ["slowed", slowdownText(slowdown, nowMs)] as const),
    ["calls", status.calls ? callsText(status.calls) : ""],
    ["cost", [costText(status), expectedCost(status)].filter((text) => text !== "").join(", ")],
    ["tokens", tokensText(status.spending)],
    ...(isOver(status.state) ? [] : scoreFacts(status.scores)),
    ["faster", fasterOf(holds, shellWord(status.name))],
  ];
}

/** Formats calls as `1,190 useful, 14 wasted: 10 retried, 4 held`. */
function callsText({ answered, retried, held, failed, repeated }: CallsSoFar): string {
  const wasted = retried + held + failed + repeated;
  const useful = `${formatCount(answered)} useful`;
  if (wasted === 0) return answered === 0 ? "" : `${useful}, none wasted`;
  const kinds = [
    [retried, "retried"],
    [repeated, "repeated"],
    [held, "held"],
    [failed, "failed"],
  ] as const;
  const parts = kinds.flatMap(([count, word]) =>
    count === 0 ? [] : `${formatCount(count)} ${word}`,
  );
  return `${useful}, ${formatCount(wasted)} wasted: ${parts.join(", ")}`;
}

/** Formats tokens as `9,173 in (1,024 cached), 1,329 out`. */
function tokensText(spending: Spending | undefined): string {
  if (!spending) return "";
  const { input, cachedInput, output } = spending.tokens;
  if (input + output === 0) return "";
  const cached = cachedInput > 0 ? ` (${formatCount(cachedInput)} cached)` : "";
  return `${formatCount(input)} in${cached}, ${formatCount(output)} out`;
}

/**
 * Returns the expected cost of the run, if the remaining records of each group cost as much as its
 * ended ones.
 */
function expectedCost({ spending, stages, groups, state }: ExperimentStatus): string {
  if (!spending || spending.cost === 0 || stages || isOver(state)) return "";
  const costs = groups.map(costOfGroup);
  if (costs.includes(undefined)) return "";
  const cost = costs.reduce<number>((sum, one = 0) => sum + one, 0);
  return `about ${formatMoney(cost)} at the end`;
}

function costOfGroup({ completed, failed, records, ...group }: GroupStatus): number | undefined {
  const ended = completed + failed;
  if (ended < Math.min(fewestEnded, records)) return undefined;
  return ended === 0 ? 0 : ((group.spending?.cost ?? 0) * records) / ended;
}

/**
 * Formats scores as `match 0.82 (0.75 to 0.88, n = 120); openai/gpt-4o 0.9 (0.8 to 0.96, n = 60),
 * …`.
 */
function scoreFacts(rows: readonly ScoreRow[] = []): readonly Fact[] {
  const all = rows.filter(({ model, group, mean }) => {
    return model === undefined && group === undefined && mean !== undefined;
  });
  return all.map((row) => {
    const models = rows.filter(({ scorer, model }) => scorer === row.scorer && model !== undefined);
    const parts = models.length < 2 ? [] : models.map((one) => meanText(one.model ?? "", one));
    return ["scores", [meanText(row.scorer, row), ...parts].join("; ")];
  });
}

function meanText(name: string, { mean, interval, scored }: ScoreRow): string {
  const range = formatInterval(interval);
  const about = [...(range === "" ? [] : [range]), `n = ${formatCount(scored)}`].join(", ");
  return `${name} ${formatFigure(mean)} (${about})`;
}

/** Returns the change that helps the most groups. */
function fasterOf(holds: readonly Hold[], name: string): string {
  const counts = new Map<string, number>();
  for (const hold of holds) {
    const text = fasterText(hold, name);
    if (text !== "") counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? "";
}
