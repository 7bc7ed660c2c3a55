// If this module is preloaded with `--import`, it shifts the clock of a process by
// OSTINATO_BENCH_CLOCK_SHIFT milliseconds. As on a machine with a wrong clock, timers do not
// change, because they count from the start of the process.
import { performance } from "node:perf_hooks";

const shiftMs = Number(process.env.OSTINATO_BENCH_CLOCK_SHIFT ?? 0);
const RealDate = Date;
const origin = performance.timeOrigin + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [RealDate.now() + shiftMs] : values, newTarget),
  apply: () => new RealDate(RealDate.now() + shiftMs).toString(),
  get: (target, key) =>
    key === "now" ? () => RealDate.now() + shiftMs : Reflect.get(target, key, target),
});
Object.defineProperty(performance, "timeOrigin", { get: () => origin });
