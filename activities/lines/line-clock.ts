import type { StepBoard } from "../rows/step-board.js";
import { longestTimerMs } from "../../src/domain/longest-timer.js";

/** Measures the time of a line. It stands still while a call of the line waits for its slot. */
export class LineClock {
  /** Resolves when the time is over. */
  readonly expired: Promise<"expired">;
  #expire: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #restMs: number;
  #sinceMs = 0;
  #waiting = 0;
  #hasEnded = false;

  constructor(limitMs: number) {
    this.#restMs = limitMs;
    this.expired = new Promise((resolve) => {
      this.#expire = () => {
        resolve("expired");
      };
    });
    this.#go();
  }

  /** Returns a board that also tells this clock when calls wait. */
  watching(board: Pick<StepBoard, "begin">): Pick<StepBoard, "begin"> {
    return {
      begin: (...call) => {
        const shown = board.begin(...call);
        const goOn = this.#wait();
        return {
          sent: () => {
            shown.sent();
            goOn();
          },
          end: () => {
            shown.end();
            goOn();
          },
        };
      },
    };
  }

  /** Calls that still wait then no longer start it. */
  end(): void {
    this.#hasEnded = true;
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): () => void {
    this.#waiting += 1;
    if (this.#waiting === 1) this.#stand();
    let isWaiting = true;
    return () => {
      if (!isWaiting) return;
      isWaiting = false;
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#go();
    };
  }

  #go(): void {
    if (this.#hasEnded) return;
    this.#sinceMs = performance.now();
    this.#timer = setTimeout(this.#expire, Math.min(this.#restMs, longestTimerMs));
  }

  #stand(): void {
    if (!this.#timer) return;
    this.#stop();
    this.#restMs = Math.max(0, this.#restMs - (performance.now() - this.#sinceMs));
  }
}
