import type { Level } from "../levels.js";
import type { StepValue } from "./step-value.js";

/** The values of one row, or of one child of a row, after the steps of its level. */
export class Scope {
  /** Path of the child, as in `StepPlace`. */
  readonly path: string;
  readonly level: Level;
  /** Values by step. */
  readonly values = new Map<string, Promise<StepValue>>();
  /** Scopes of the children, by the step that opened their level. */
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
