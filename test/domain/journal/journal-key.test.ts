import { expect, it } from "vitest";
import { JournalKeys } from "../../../src/domain/journal/journal-key.js";

it("numbers equal calls of one step and child, and no others", () => {
  const keys = new JournalKeys();
  const call = { step: "judge", path: "/2", digest: "77ab" };
  expect(keys.next(call)).toBe("judge/2#77ab/0");
  expect(keys.next(call)).toBe("judge/2#77ab/1");
  expect(keys.next({ ...call, path: "/3" })).toBe("judge/3#77ab/0");
  expect(keys.next({ ...call, digest: "0000" })).toBe("judge/2#0000/0");
  expect(new JournalKeys().next(call)).toBe("judge/2#77ab/0");
});
