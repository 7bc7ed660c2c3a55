import type { PlannedReuse } from "../../src/client/start/plan-reuse.js";
import { jsonLine } from "../output/format/json.js";
import type { StartedExperiment } from "../../src/client/start/start-experiment.js";
import { renderRepeat, renderReuse } from "../output/render/render-reuse.js";
import type { Terminal } from "../output/terminal/terminal.js";

interface Saying {
  readonly name: string;
  readonly json: boolean;
  readonly terminal: Terminal;
}

/** Tells what a start reuses, before anything is sent. */
export async function sayReuse(
  reuse: PlannedReuse,
  { name, json, terminal }: Saying,
): Promise<void> {
  renderReuse(name, reuse).forEach(terminal.talk);
  if (json && (reuse.finished ?? reuse.answers)) {
    await terminal.data(jsonLine({ type: "reuse", name, ...reuse }));
  }
}

interface SayingRepeat extends Omit<Saying, "name"> {
  /** The word for the items of its input. */
  readonly items: "rows" | "lines";
}

/** Tells that a run of rows or lines repeats a finished one, which may have left nothing to do. */
export async function sayRepeat(
  { name, finished, repeats }: Pick<StartedExperiment, "name" | "finished" | "repeats">,
  { json, terminal, items }: SayingRepeat,
): Promise<void> {
  if (finished) await sayReuse({ finished }, { name, json, terminal });
  if (repeats) terminal.talk(renderRepeat(name, repeats, items));
}
