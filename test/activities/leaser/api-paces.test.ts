import { describe, expect, test } from "vitest";
import { ApiHealths } from "../../../activities/leaser/api-healths.js";
import { ApiPaces } from "../../../activities/leaser/api-paces.js";

const host = "api.test:443";
const target = "test/a";

/** A process that has made no call yet, and whose limit knows of an outage. */
function pacesDuringOutage({ whole }: { readonly whole: boolean }) {
  const told: number[] = [];
  const paces = new ApiPaces({
    onlyTarget: whole ? target : undefined,
    healths: new ApiHealths(),
    now: () => 10_000,
    tellIn: (ms) => told.push(ms),
  });
  paces.update([{ host, whole, fromMs: 9_000, everyMs: 4_000 }], (limitMs) => limitMs);
  return { paces, told };
}

describe("a new process, during an outage that another one has reported", () => {
  test("tells the limit of the only target at once that the host answers", () => {
    const { paces, told } = pacesDuringOutage({ whole: true });
    paces.noteAnswer({ target, sentAtMs: 9_500 });
    expect(told).toEqual([0]);
    expect(paces.takeReports(10_000).reports).toMatchObject([{ target, host, answered: 1 }]);
  });

  test("tells it of a 429 too, which also comes from a host that is up", () => {
    const { paces } = pacesDuringOutage({ whole: true });
    paces.noteThrottled({ target, sentAtMs: 9_500 }, undefined);
    expect(paces.takeReports(10_000).reports).toMatchObject([{ target, host, refused: 1 }]);
  });

  test("does not take the answer of one of several targets for an answer of the host", () => {
    const { paces, told } = pacesDuringOutage({ whole: false });
    paces.noteAnswer({ target, sentAtMs: 9_500 });
    expect(told).toEqual([]);
    expect(paces.hasNews()).toBe(false);
  });
});
