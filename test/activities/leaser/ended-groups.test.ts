import { expect, test } from "vitest";
import { EndedGroups } from "../../../activities/leaser/ended-groups.js";

function setUp(ended: readonly string[] = []) {
  const asked: string[] = [];
  const clock = { nowMs: 0 };
  const groups = new EndedGroups(
    async (ids) => {
      asked.push(...ids);
      return ids.filter((id) => ended.includes(id));
    },
    () => clock.nowMs,
  );
  return { asked, clock, groups };
}

test("a group has ended once the server has said so", async () => {
  const { groups } = setUp(["a"]);
  expect(groups.has("a")).toBe(false);
  await Promise.resolve();
  expect(groups.has("a")).toBe(true);
  expect(groups.has("b")).toBe(false);
});

test("the server is asked once a second for a group, and ten times a second for all", () => {
  const { asked, clock, groups } = setUp();
  const names = ["a", "b", "c"];
  for (; clock.nowMs < 3_000; clock.nowMs += 10) names.forEach((name) => groups.has(name));
  expect(names.map((name) => asked.filter((one) => one === name).length)).toEqual([3, 3, 3]);
  const many = Array.from({ length: 100 }, (_, index) => `g${index.toString()}`);
  asked.length = 0;
  for (; clock.nowMs < 5_000; clock.nowMs += 10) many.forEach((name) => groups.has(name));
  expect(asked).toHaveLength(20);
});

test("a server that can't be asked has ended nothing", async () => {
  const groups = new EndedGroups(async () => {
    throw new Error("UNAVAILABLE");
  });
  expect(groups.has("a")).toBe(false);
  await Promise.resolve();
  expect(groups.has("a")).toBe(false);
});
