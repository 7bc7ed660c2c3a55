import { createLogUpdate } from "log-update";
import { sized } from "../format/sized.js";
import type { Terminal } from "./terminal.js";

/** The last lines of a terminal, which are redrawn. */
export interface LiveLines {
  readonly draw: () => void;
  /** Writes a permanent line above the live lines. */
  readonly write: (text: string) => void;
  /** Leaves the live lines on the screen as last drawn. */
  readonly keep: () => void;
  readonly remove: () => void;
}

/**
 * @param render returns nothing if there is nothing to show yet, and at most as many lines as the
 * screen can clear
 */
export function createLiveLines(
  { talkStream, talkScreen }: Terminal,
  render: () => readonly string[],
): LiveLines {
  const update = createLogUpdate(sized(talkStream, talkScreen));
  let drawn = 0;
  const draw = (): void => {
    const lines = render();
    if (lines.length === 0) return;
    // If another number of lines ends with the same line, log-update loses or leaves lines.
    if (lines.length !== drawn) update.clear();
    drawn = lines.length;
    update(lines.join("\n"));
  };
  return {
    draw,
    write(text) {
      update.clear();
      talkStream.write(`${text}\n`);
      draw();
    },
    keep() {
      draw();
      update.done();
    },
    remove() {
      update.clear();
      update.done();
    },
  };
}
