import type { PlannedReuse } from "../../src/client/start/plan-reuse.js";
import { jsonLine } from "../output/format/json.js";
import { renderReuse } from "../output/render/render-reuse.js";
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
