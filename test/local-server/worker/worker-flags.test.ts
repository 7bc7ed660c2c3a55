import { describe, expect, it } from "vitest";
import { workerFlags } from "../../../src/local-server/worker/worker-flags.js";

const young = "--max-semi-space-size=8";

describe("flags of Node.js for a worker", () => {
  it.each(["22.7.0", "22.23.3", "23.0.0"])(
    "keep contexts without promise hooks on %s",
    (version) => {
      expect(workerFlags(version, 8)).toEqual([young, "--experimental-async-context-frame"]);
    },
  );

  it.each(["20.19.0", "22.6.0", "24.0.0", "25.1.0"])("have no context flag on %s", (version) => {
    expect(workerFlags(version, 8)).toEqual([young]);
  });

  it.each([
    [1, ["--v8-pool-size=1"]],
    [2, ["--v8-pool-size=1"]],
    [4, ["--v8-pool-size=3"]],
    [5, []],
  ])("leave the main thread one of %d cores", (cores, flags) => {
    expect(workerFlags("20.19.0", cores)).toEqual([young, ...flags]);
  });
});
