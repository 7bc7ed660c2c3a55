import { describe, expect, test } from "vitest";
import {
  anyTarget,
  callsPerMinute,
  changedTargets,
  changesBetween,
  sharedRate,
} from "../../../src/domain/experiment/target-plan.js";
import type { TargetPlan } from "../../../src/domain/experiment/target-plan.js";

const fast: TargetPlan = {
  target: "openai/gpt-4o",
  limitKey: "api/openai/gpt-4o",
  limitId: "limit/a",
  requestsPerMinute: 500,
  inFlight: 20,
};
const slow: TargetPlan = {
  target: "mistral/large",
  limitKey: "api/mistral/large",
  limitId: "limit/b",
  requestsPerMinute: 30,
};

describe("a change of rates", () => {
  test("concerns the target that it names", () => {
    const changed = changedTargets([fast, slow], { group: "mistral/large", requestsPerMinute: 60 });
    expect(changed).toEqual([fast, { ...slow, requestsPerMinute: 60, changes: 1 }]);
  });

  test("without a name concerns all, and null removes a cap", () => {
    const [one, two] = changedTargets([fast, slow], { inFlight: null });
    expect(one).toMatchObject({ target: fast.target, requestsPerMinute: 500, changes: 1 });
    expect(one).not.toHaveProperty("inFlight");
    expect(two).toEqual({ ...slow, changes: 1 });
  });

  test("of a model that nobody knew of at the start gives it a plan of its own", () => {
    const any = {
      target: anyTarget,
      limitKey: "",
      limitId: "",
      requestsPerMinute: 100,
      changes: 2,
    };
    const limit = { limitKey: "api/x", limitId: "limit/x", given: { inFlight: 3 } };
    const change = { group: "x/new", limit, requestsPerMinute: 7 };
    const now = changedTargets([fast, any], change);
    expect(now).toEqual([
      ...[fast, any],
      {
        target: "x/new",
        limitKey: "api/x",
        limitId: "limit/x",
        requestsPerMinute: 7,
        inFlight: 3,
        changes: 3,
      },
    ]);
    // The same again changes that plan, and a page that missed it gets the whole of it.
    expect(changedTargets(now, change)).toHaveLength(3);
    const missed = changesBetween([fast, any], now);
    expect(missed.reduce<readonly TargetPlan[]>(changedTargets, [fast, any])).toEqual(now);
    // Without code that may ask any model, an unknown one is ignored.
    expect(changedTargets([fast], change)).toEqual([fast]);
  });

  test("is found again between two states", () => {
    const now = changedTargets([fast, slow], { group: "openai/gpt-4o", inFlight: null });
    const changes = changesBetween([fast, slow], now);
    expect(changes).toEqual([
      { group: "openai/gpt-4o", requestsPerMinute: 500, inFlight: null, changes: 1 },
    ]);
    expect(changes.reduce<readonly TargetPlan[]>(changedTargets, [fast, slow])).toEqual(now);
  });
});

test("all targets together make the calls of a minute", () => {
  expect(callsPerMinute([fast, slow])).toBe(530);
});

describe("the rate of all targets", () => {
  const any = { ...fast, target: anyTarget, limitKey: "", limitId: "" };

  test("counts the model of a flow with code once", () => {
    expect(sharedRate([fast, any])).toEqual({ requestsPerMinute: 500 });
    expect(sharedRate([any])).toEqual({ requestsPerMinute: 500 });
  });

  test("counts models with one limit once", () => {
    const sibling = { ...fast, target: "openai/gpt-4o-mini" };
    expect(sharedRate([fast, sibling, slow])).toEqual({ requestsPerMinute: 530 });
  });

  test("names the rate that models share", () => {
    const third = { ...fast, target: "openai/o3", limitId: "limit/c" };
    const other = { ...slow, requestsPerMinute: 500 };
    expect(sharedRate([fast, third, other])).toEqual({
      requestsPerMinute: 1_500,
      requestsPerMinuteOfEach: 500,
    });
  });
});
