import { expect, test } from "vitest";
import { ReadAhead } from "../../../src/storage/files/read-ahead.js";

/** Lines of 4 bytes with their line ends: `001`, `002` … */
const content = Buffer.from(
  Array.from({ length: 200 }, (_, index) => `${index.toString().padStart(3, "0")}\n`).join(""),
);

function reader(): { readonly ahead: ReadAhead; readonly reads: [number, number][] } {
  const reads: [number, number][] = [];
  const ahead = new ReadAhead(async (offset, length) => {
    reads.push([offset, length]);
    return content.subarray(offset, offset + length);
  });
  return { ahead, reads };
}

test("lines that are read one after the other come from one read after the first", async () => {
  const { ahead, reads } = reader();
  const texts = await Promise.all(
    Array.from({ length: 100 }, async (_, line) => ahead.text(line * 4, 3)),
  );
  expect(texts).toEqual(Array.from({ length: 100 }, (_, line) => line.toString().padStart(3, "0")));
  expect(reads).toEqual([
    [0, 3],
    [4, 65_536],
  ]);
});

test("single lines are read alone", async () => {
  const { ahead, reads } = reader();
  expect(await ahead.text(400, 3)).toBe("100");
  expect(await ahead.text(40, 3)).toBe("010");
  expect(reads).toEqual([
    [400, 3],
    [40, 3],
  ]);
});

test("a block that can't be read is read again", async () => {
  let failures = 1;
  const ahead = new ReadAhead(async (offset, length) => {
    if (length > 3 && failures-- > 0) throw new Error("gone");
    return content.subarray(offset, offset + length);
  });
  await ahead.text(0, 3);
  await expect(ahead.text(4, 3)).rejects.toThrow("gone");
  expect(await ahead.text(8, 3)).toBe("002");
});
