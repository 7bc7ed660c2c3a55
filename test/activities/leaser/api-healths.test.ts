import { expect, test } from "vitest";
import { ApiHealths } from "../../../activities/leaser/api-healths.js";

const host = "api.test:443";
const unreached = (record: string) => ({ record, unreached: true });

test("records of two models of one host show together that it is down, until one is answered", () => {
  const healths = new ApiHealths();
  expect(healths.noteFailure("test/a", host, unreached("1"))).toBe(false);
  expect(healths.noteFailure("test/b", host, unreached("2"))).toBe(true);
  expect([healths.isDown("test/a"), healths.isDown("test/b")]).toEqual([true, true]);
  expect(healths.isDown("test/c")).toBe(false);
  healths.noteAnswer("test/b");
  expect([healths.isDown("test/a"), healths.isDown("test/b")]).toEqual([false, false]);
});

test("a host is that of the last failure, and the API's name before", () => {
  const healths = new ApiHealths();
  expect(healths.hostOf("test/a")).toBe("test");
  healths.noteFailure("test/a", host, unreached("1"));
  expect(healths.hostOf("test/a")).toBe(host);
  healths.noteFailure("test/a", undefined, unreached("1"));
  expect(healths.hostOf("test/a")).toBe(host);
});

test("answers from before the host was known count for it", () => {
  const healths = new ApiHealths();
  healths.noteAnswer("test/a");
  expect(healths.noteFailure("test/a", host, unreached("last"))).toBe(false);
  expect(healths.noteFailure("test/a", host, unreached("last"))).toBe(true);
});

test("the limit's news that a host answers again count like an answer", () => {
  const healths = new ApiHealths();
  healths.noteFailure("test/a", undefined, unreached("1"));
  healths.noteFailure("test/a", undefined, unreached("2"));
  expect(healths.isDown("test/a")).toBe(true);
  healths.noteRecovery("test");
  expect(healths.isDown("test/a")).toBe(false);
});
