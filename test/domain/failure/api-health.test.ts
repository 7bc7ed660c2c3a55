import { describe, expect, test } from "vitest";
import {
  answeringHealth,
  healthAfterFailure,
  unknownHealth,
} from "../../../src/domain/failure/api-health.js";
import type { ApiHealth } from "../../../src/domain/failure/api-health.js";

type Event = "answer" | readonly [record: string, how: "unreached" | "failed"];

/** For each event, if the API counts as down after it. */
function downAfter(events: readonly Event[]): boolean[] {
  let health: ApiHealth = unknownHealth;
  return events.map((event) => {
    health =
      event === "answer"
        ? answeringHealth
        : healthAfterFailure(health, { record: event[0], unreached: event[1] === "unreached" });
    return health.isDown;
  });
}

describe("an API", () => {
  test.each<readonly [string, readonly Event[], readonly boolean[]]>([
    [
      "is down once the calls of two records reach nobody",
      [
        ["a", "unreached"],
        ["b", "unreached"],
      ],
      [false, true],
    ],
    [
      "is down once the calls of three records fail at the server",
      [
        ["a", "failed"],
        ["b", "failed"],
        ["c", "failed"],
      ],
      [false, false, true],
    ],
    [
      "is not down where one record fails again and again",
      [
        ["a", "failed"],
        ["a", "failed"],
        ["a", "failed"],
        ["a", "failed"],
      ],
      [false, false, false, false],
    ],
    [
      "is not down where one record that was never answered reaches nobody",
      [
        ["a", "unreached"],
        ["a", "unreached"],
        ["a", "unreached"],
      ],
      [false, false, false],
    ],
    [
      "is down where the only record left reaches nobody twice at a host that has answered before",
      ["answer", ["a", "unreached"], ["a", "unreached"]],
      [false, false, true],
    ],
    [
      "is not down where others are answered between the failures of a record",
      [["a", "unreached"], "answer", ["a", "unreached"], "answer", ["a", "unreached"]],
      [false, false, false, false, false],
    ],
    [
      "is up again after one answer, and down again by the same rule",
      [["a", "unreached"], ["b", "unreached"], "answer", ["b", "unreached"], ["c", "unreached"]],
      [false, true, false, false, true],
    ],
    [
      "stays down while calls fail",
      [
        ["a", "unreached"],
        ["b", "unreached"],
        ["a", "failed"],
      ],
      [false, true, true],
    ],
  ])("%s", (...[, events, expected]) => {
    expect(downAfter(events)).toEqual(expected);
  });
});
