// Preloaded with `--import`, this shifts the clock of a process by OSTINATO_BENCH_CLOCK_SHIFT
// milliseconds. Timers, which count from the start of the process, do not change, as on a machine
// with a wrong clock.
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
