import { Writable } from "node:stream";
import headless from "@xterm/headless";
import { expect, test } from "vitest";
import { createLiveLines } from "../../../../cli/output/terminal/live-lines.js";
import type { Terminal } from "../../../../cli/output/terminal/terminal.js";

const columns = 30;
const rows = 8;

/** Draws one frame after the other on a terminal, and returns what it shows then. */
async function shownAfter(frames: readonly (readonly string[])[]): Promise<readonly string[]> {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const stream = new Writable({
    write: (bytes: Buffer, _, done) => {
      terminal.write(bytes.toString().replaceAll("\n", "\r\n"), done);
    },
  });
  const talkStream = Object.assign(stream, { columns, rows, isTTY: true });
  const talkScreen = { isTerminal: true, colours: false, columns, rows };
  let lines: readonly string[] = [];
  // Live lines use no more of a terminal.
  const live = createLiveLines({ talkStream, talkScreen } as unknown as Terminal, () => lines);
  for (const frame of frames) {
    lines = frame;
    live.draw();
  }
  await new Promise<void>((resolve) => stream.end(resolve));
  const { active } = terminal.buffer;
  const all = Array.from({ length: rows }, (_, row) =>
    active.getLine(row)?.translateToString(true),
  );
  return all.map((line = "") => line).filter((line) => line !== "");
}

test("a frame with fewer lines leaves none of the old ones, although the last line stays", async () => {
  const table = ["title", "a 1", "b 2", "c 3", "keys"];
  expect(await shownAfter([table])).toEqual(table);
  expect(await shownAfter([table, ["title", "no failures", "keys"]])).toEqual([
    "title",
    "no failures",
    "keys",
  ]);
  expect(await shownAfter([["title", "keys"], table])).toEqual(table);
});
