import { expect, test } from "vitest";
import { workerVariables } from "../../../src/local-server/worker/worker-variables.js";

test("a worker keeps its compiled code in the cache folder", () => {
  expect(workerVariables({ OSTINATO_CACHE: "/home/me/.cache/ostinato" })).toEqual({
    MALLOC_ARENA_MAX: "2",
    NODE_COMPILE_CACHE: "/home/me/.cache/ostinato/compiled",
  });
});
