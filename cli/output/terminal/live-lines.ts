import { createLogUpdate } from "log-update";
import { sized } from "../format/sized.js";
import type { Terminal } from "./terminal.js";

/** The last lines of a terminal, which are drawn again and again. */
export interface LiveLines {
  readonly draw: () => void;
  /** Writes a line above them that stays. */
  readonly write: (text: string) => void;
  /** Leaves them as they were drawn last. */
  readonly keep: () => void;
  readonly remove: () => void;
}

/** @param render none where there is nothing to show yet; never more than the screen can clear again */
export function createLiveLines(
  { talkStream, talkScreen }: Terminal,
  render: () => readonly string[],
): LiveLines {
  const update = createLogUpdate(sized(talkStream, talkScreen));
  const draw = (): void => {
    const lines = render();
    if (lines.length > 0) update(lines.join("\n"));
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
