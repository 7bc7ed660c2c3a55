import type { FinishedBefore } from "../../../src/client/start/finished-before.js";
import { reuseNotice } from "../../../src/client/start/plan-reuse.js";
import type { StartedExperiment } from "../../../src/client/start/start-experiment.js";
import type { PlannedReuse } from "../../../src/client/start/plan-reuse.js";
import { shellWord } from "../../../src/domain/shell-word.js";
import { oneLine } from "../format/fit-text.js";
import { formatCount } from "../format/format-count.js";
import { formatMoment } from "../format/format-moment.js";

/** Returns the lines about reused answers of earlier runs; empty if there are none. */
export function renderReuse(name: string, { finished, answers }: PlannedReuse): readonly string[] {
  if (finished) return finishedLines(name, finished);
  if (!answers) return [];
  const hint = answers.reused > 0 ? " Use --again to send all." : "";
  return [`${reuseNotice(oneLine(name), answers)}${hint}`];
}

/**
 * Returns the line about a finished run that is repeated, with the reason.
 *
 * @param items word for the items of its input
 */
export function renderRepeat(
  name: string,
  before: NonNullable<StartedExperiment["repeats"]>,
  items: "rows" | "lines",
): string {
  const again = before.failed > 0 ? `, its failed ${items} are asked again` : "";
  const line = `${finishedLine(name, before)} Its answers are reused${again}`;
  const code = items === "rows" ? "its functions run" : "its code runs";
  return before.because === "may-differ"
    ? `${line}, and ${code} again.`
    : `${line}. It runs again, because a preview or a sample has replaced its result.`;
}

function finishedLines(name: string, before: FinishedBefore): readonly string[] {
  const word = shellWord(name);
  const retry = `send the failed records again with \`ostinato retry-failed ${word}\`, `;
  return [
    `${finishedLine(name, before)} Nothing is sent.`,
    `Print the answers with \`ostinato results ${word}\`, ${before.failed > 0 ? retry : ""}or use --again to send everything again.`,
  ];
}

function finishedLine(name: string, { finishedAt, completed, failed }: FinishedBefore): string {
  const counts = `${formatCount(completed)} completed, ${formatCount(failed)} failed`;
  return `${oneLine(name)} finished at ${formatMoment(finishedAt)} with the same content and settings: ${counts}.`;
}
