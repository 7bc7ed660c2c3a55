import { CancellationScope } from "@temporalio/workflow";
import { countSlots } from "../../src/domain/limit/slots.js";
import type { Slice } from "./cut-into-slices.js";

/** The slices of a page with a running activity. */
export class OpenSlices {
  readonly #slices = new Map<CancellationScope, Slice>();
  #records = 0;

  /** Number of records in the slices. */
  get records(): number {
    return this.#records;
  }

  /** Returns the scope in which the slice's activity must run. */
  add(slice: Slice): CancellationScope {
    const scope = new CancellationScope();
    this.#slices.set(scope, slice);
    this.#records += slice.records;
    return scope;
  }

  remove(scope: CancellationScope): void {
    this.#records -= this.#slices.get(scope)?.records ?? 0;
    this.#slices.delete(scope);
  }

  cancel(): void {
    for (const scope of this.#slices.keys()) scope.cancel();
  }

  /** Cancels the slices with records that may have no slot yet. */
  cancelAhead(): void {
    for (const [scope, { records, slots }] of this.#slices) {
      if (records > countSlots(slots)) scope.cancel();
    }
  }
}
