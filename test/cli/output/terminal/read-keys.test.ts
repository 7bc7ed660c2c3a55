import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { readKeys } from "../../../../cli/output/terminal/read-keys.js";

class FakeKeyboard extends EventEmitter {
  readonly isTTY = true;
  raw = false;
  setRawMode(raw: boolean): void {
    this.raw = raw;
  }
  resume(): void {
    // Nothing flows here by itself.
  }
  pause(): void {
    // As above.
  }
}

function reading() {
  const keyboard = new FakeKeyboard();
  const keys: string[] = [];
  const signals: NodeJS.Signals[] = [];
  const { stop } = readKeys(
    keyboard,
    (key) => keys.push(key),
    (signal) => signals.push(signal),
  );
  return { keyboard, keys, signals, stop };
}

test("keys come one by one, and arrows are ignored", () => {
  const { keyboard, keys, stop } = reading();
  expect(keyboard.raw).toBe(true);
  keyboard.emit("data", "p+");
  keyboard.emit("data", "\u001b[A");
  keyboard.emit("data", Buffer.from("q"));
  expect(keys).toEqual(["p", "+", "q"]);
  stop();
  expect(keyboard.raw).toBe(false);
  expect(keyboard.listenerCount("data")).toBe(0);
});

test("Ctrl-C restores the terminal before it interrupts, so that a second one works as always", () => {
  const { keyboard, keys, signals } = reading();
  keyboard.emit("data", "\u0003p");
  expect(signals).toEqual(["SIGINT"]);
  expect(keyboard.raw).toBe(false);
  expect(keys).toEqual([]);
});

test("Ctrl-Z restores the terminal, and the keys work again afterwards", () => {
  const { keyboard, signals, stop } = reading();
  keyboard.emit("data", "\u001a");
  expect(signals).toEqual(["SIGTSTP"]);
  expect(keyboard.raw).toBe(false);
  process.emit("SIGCONT");
  expect(keyboard.raw).toBe(true);
  stop();
});

test("without a terminal nothing is read", () => {
  const keyboard = Object.assign(new FakeKeyboard(), { isTTY: false });
  readKeys(keyboard, () => undefined).stop();
  expect(keyboard.raw).toBe(false);
});
