import { expect, test } from "vitest";
import { EndedGroups } from "../../../activities/leaser/ended-groups.js";

function setUp(given: readonly string[] = []) {
  const asked: string[] = [];
  const ended = new Set(given);
  const clock = { nowMs: 0 };
  const groups = new EndedGroups(
    async (ids) => {
      asked.push(...ids);
      return ids.filter((id) => ended.has(id));
    },
    () => clock.nowMs,
  );
  return { asked, clock, ended, groups };
}

test("a group has ended once the server has said so", async () => {
  const { groups } = setUp(["a"]);
  expect(await groups.has("a")).toBe(false);
  expect(await groups.has("a")).toBe(true);
  expect(await groups.has("b")).toBe(false);
});

test("a group that has ended and runs again has not ended", async () => {
  const { clock, ended, groups } = setUp(["a"]);
  expect(await groups.has("a")).toBe(false);
  expect(await groups.has("a")).toBe(true);
  ended.delete("a");
  expect(await groups.has("a")).toBe(false);
  ended.add("a");
  clock.nowMs += 1_000;
  expect(await groups.has("a")).toBe(false);
  expect(await groups.has("a")).toBe(true);
});

test("the server is asked once a second for a group, and ten times a second for all", async () => {
  const { asked, clock, groups } = setUp();
  const names = ["a", "b", "c"];
  for (; clock.nowMs < 3_000; clock.nowMs += 10) {
    for (const name of names) await groups.has(name);
  }
  expect(names.map((name) => asked.filter((one) => one === name).length)).toEqual([3, 3, 3]);
  const many = Array.from({ length: 100 }, (_, index) => `g${index.toString()}`);
  asked.length = 0;
  for (; clock.nowMs < 5_000; clock.nowMs += 10) {
    for (const name of many) await groups.has(name);
  }
  expect(asked).toHaveLength(20);
});

test("a server that can't be asked has ended nothing", async () => {
  const groups = new EndedGroups(async () => {
    throw new Error("UNAVAILABLE");
  });
  expect(await groups.has("a")).toBe(false);
  expect(await groups.has("a")).toBe(false);
});
