import type { Level } from "../levels.js";
import type { StepValue } from "./step-value.js";

/** The values that one row, or one child of it, has behind the steps of its level. */
export class Scope {
  /** As in `StepPlace`. */
  readonly path: string;
  readonly level: Level;
  /** By step. */
  readonly values = new Map<string, Promise<StepValue>>();
  /** By step that opened a level: one scope a child. */
  readonly children = new Map<string, Promise<readonly Scope[]>>();

  constructor(path: string, level: Level) {
    this.path = path;
    this.level = level;
  }

  async settled(): Promise<void> {
    await Promise.all(this.values.values());
    if (this.children.size === 0) return;
    const children = await Promise.all(this.children.values());
    await Promise.all(children.flat().map(async (child) => child.settled()));
  }
}
