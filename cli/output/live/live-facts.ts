import type { CallsSoFar, ExperimentStatus } from "../../../src/client/status/status.js";
import type { Hold } from "../../../src/domain/progress/hold.js";
import { shellWord } from "../../../src/domain/shell-word.js";
import type { Fact } from "../format/facts.js";
import { formatCount } from "../format/format-count.js";
import { acceptedText } from "../format/accepted-text.js";
import { slowdownText } from "../format/slowdown-text.js";
import { fasterText } from "./hold-text.js";

/** The facts below the table, the most important first. */
export function liveFacts(status: ExperimentStatus, nowMs: number): readonly Fact[] {
  const holds = status.groups.flatMap(({ heldBy = [] }) => heldBy);
  return [
    ["accepted", acceptedText(status)],
    ...status.slowdowns.map((slowdown) => ["slowed", slowdownText(slowdown, nowMs)] as const),
    ["calls", status.calls ? callsText(status.calls) : ""],
    ["faster", fasterOf(holds, shellWord(status.name))],
  ];
}

/** `1,190 useful, 14 wasted: 10 retried, 4 held` */
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

/** The change that helps most groups. */
function fasterOf(holds: readonly Hold[], name: string): string {
  const counts = new Map<string, number>();
  for (const hold of holds) {
    const text = fasterText(hold, name);
    if (text !== "") counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? "";
}
