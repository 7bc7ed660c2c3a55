/** The part of stdin that reads single keys. */
export interface Keyboard {
  readonly isTTY?: boolean;
  readonly setRawMode?: (raw: boolean) => unknown;
  readonly on: (event: "data", listener: (data: Buffer | string) => void) => unknown;
  readonly off: (event: "data", listener: (data: Buffer | string) => void) => unknown;
  readonly resume: () => unknown;
  readonly pause: () => unknown;
}

export interface KeyReading {
  /** Restores the terminal. Safe to repeat. */
  readonly stop: () => void;
}

const controlC = "\u0003";
const controlZ = "\u001a";
const escape = "\u001b";

/**
 * Reads single keys from a terminal. Reads nothing if stdin is not a terminal. Ctrl-C restores the
 * terminal and then interrupts the process as always, so a second one works even if the process
 * hangs. Ctrl-Z restores it while the process is stopped.
 *
 * @param signalSelf sends a signal to this process
 */
export function readKeys(
  keyboard: Keyboard,
  onKey: (key: string) => void,
  signalSelf: (signal: NodeJS.Signals) => void = (signal) => process.kill(process.pid, signal),
): KeyReading {
  if (keyboard.isTTY !== true || !keyboard.setRawMode) return { stop: () => undefined };
  const setRaw = (raw: boolean): void => void keyboard.setRawMode?.(raw);
  const resumed = (): void => setRaw(true);
  const restore = (): void => setRaw(false);
  const stop = (): void => {
    keyboard.off("data", read);
    process.off("SIGCONT", resumed);
    process.off("exit", restore);
    restore();
    keyboard.pause();
  };
  const read = (data: Buffer | string): void => {
    const text = data.toString();
    // Arrow and function keys are sequences, which no command uses.
    if (text.startsWith(escape)) return;
    for (const key of text) {
      if (key === controlC) {
        stop();
        signalSelf("SIGINT");
        return;
      }
      if (key === controlZ) {
        restore();
        signalSelf("SIGTSTP");
      } else onKey(key);
    }
  };
  process.on("SIGCONT", resumed);
  process.on("exit", restore);
  keyboard.on("data", read);
  setRaw(true);
  keyboard.resume();
  return { stop };
}
