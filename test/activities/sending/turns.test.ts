import { expect, test } from "vitest";
import { Turns } from "../../../activities/sending/turns.js";

test("two run at a time, in the order of their requests, and ending one twice counts once", async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map(async (one) => {
    ends.push(await turns.begin());
    begun.push(one);
  });
  await Promise.all(all.slice(0, 2));
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  ends[0]?.();
  ends[0]?.();
  await all[2];
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  ends[1]?.();
  await all[3];
  expect(begun).toEqual([0, 1, 2, 3]);
  ends[2]?.();
  ends[3]?.();
  await turns.begin();
});
