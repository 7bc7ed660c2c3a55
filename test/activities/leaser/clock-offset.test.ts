import { expect, test } from "vitest";
import { ClockOffset } from "../../../activities/leaser/clock-offset.js";

/** A machine whose clock can be set, beside one that nobody sets. */
class Machine {
  wall = 1_000_000;
  steady = 50;

  readonly clock = { now: () => this.wall, monotonic: () => this.steady };

  pass(ms: number): void {
    this.wall += ms;
    this.steady += ms;
  }

  /**
   * One round trip to a limit whose clock is ahead by `aheadMs`, the answer given `shareMs` after
   * the send.
   */
  ask(offset: ClockOffset, aheadMs: number, [thereMs, backMs]: [number, number] = [10, 10]): void {
    const sentAt = this.wall;
    this.pass(thereMs);
    const limitNowMs = this.wall + aheadMs;
    this.pass(backMs);
    offset.note(limitNowMs, sentAt, this.wall);
  }
}

test("nothing is known before the first answer", () => {
  const machine = new Machine();
  const offset = new ClockOffset(machine.clock);
  expect(offset.isKnown()).toBe(false);
  machine.ask(offset, 3_000);
  expect(offset.isKnown()).toBe(true);
});

test("an answer that took long is not believed alone", () => {
  const machine = new Machine();
  const offset = new ClockOffset(machine.clock);
  machine.ask(offset, 3_000, [5_000, 10]);
  expect(offset.isKnown()).toBe(false);
  machine.ask(offset, 3_000, [10, 10]);
  expect(offset.isKnown()).toBe(true);
  expect(offset.toLocal(5_000_000)).toBe(4_997_000);
});

test("where all answers take long the offset is known after two", () => {
  const machine = new Machine();
  const offset = new ClockOffset(machine.clock);
  machine.ask(offset, 3_000, [400, 400]);
  expect(offset.isKnown()).toBe(false);
  machine.ask(offset, 3_000, [300, 300]);
  expect(offset.isKnown()).toBe(true);
});

test.each([-3_000, 0, 3_000])(
  "an instant of a limit that is %i ms ahead is told in local time",
  (ahead) => {
    const machine = new Machine();
    const offset = new ClockOffset(machine.clock);
    machine.ask(offset, ahead);
    expect(offset.toLocal(5_000_000)).toBe(5_000_000 - ahead);
  },
);

test("the shortest of the last ten round trips is believed", () => {
  const machine = new Machine();
  const offset = new ClockOffset(machine.clock);
  machine.ask(offset, 3_000, [2, 2]);
  for (let round = 0; round < 9; round += 1) machine.ask(offset, 3_000, [400, 20]);
  expect(offset.toLocal(5_000_000)).toBe(4_997_000);
  machine.ask(offset, 3_000, [400, 20]);
  expect(offset.toLocal(5_000_000)).toBe(4_997_000 - 190);
});

test("clocks that may agree are taken to agree, however lopsided a round trip was", () => {
  const machine = new Machine();
  const offset = new ClockOffset(machine.clock);
  machine.ask(offset, 0, [5, 600]);
  expect(offset.toLocal(5_000_000)).toBe(5_000_000);
  machine.ask(offset, 40, [10, 10]);
  expect(offset.toLocal(5_000_000)).toBe(4_999_960);
});

test("a clock that is set makes all that was learned before worthless", () => {
  const machine = new Machine();
  const offset = new ClockOffset(machine.clock);
  machine.ask(offset, 3_000, [1, 1]);
  machine.wall += 10_000;
  machine.ask(offset, -7_000, [50, 50]);
  expect(offset.toLocal(5_000_000)).toBe(5_007_000);
});

test("a clock that drifts a little keeps what was learned", () => {
  const machine = new Machine();
  const offset = new ClockOffset(machine.clock);
  machine.ask(offset, 3_000, [1, 1]);
  machine.wall += 20;
  machine.ask(offset, 2_980, [50, 50]);
  expect(offset.toLocal(5_000_000)).toBe(4_997_000);
});

test.each([-3_600_000, -1_000, 1_000])(
  "a limit whose clock is set by %i ms is believed at its next answer, however quick earlier ones were",
  (stepMs) => {
    const machine = new Machine();
    const offset = new ClockOffset(machine.clock);
    machine.ask(offset, 3_000, [1, 1]);
    machine.ask(offset, 3_000 + stepMs, [20, 20]);
    expect(offset.toLocal(5_000_000)).toBe(5_000_000 - 3_000 - stepMs);
  },
);
