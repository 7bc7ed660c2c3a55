import { expect, test } from "vitest";
import { remedyFor } from "../../../src/domain/failure/remedy-for.js";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";

test("a remedy is a sentence with the command to paste", () => {
  expect(remedyFor("Quota", "my-run")).toBe("ostinato resume my-run, once the account has credit");
  expect(remedyFor("BadRequest", "x")).toBe(
    "ostinato retry-failed x, if a retry can succeed. Otherwise correct the records and run the file again.",
  );
  expect(remedyFor("of a user's API", "'a $& b'")).toBe(
    "ostinato why 'a $& b' ID shows what happened to one of them.",
  );
});

test("each kind that a status leads to has a remedy of its own", () => {
  const statuses = [400, 401, 402, 403, 404, 407, 408, 413, 422, 429, 500, 502, 529];
  const types = statuses.map((status) => classifyFailure({ kind: "status", status }, 0).type);
  for (const type of types) expect(remedyFor(type, "x")).not.toContain("ostinato why");
});
