import { measureLeavings, measureOverhead } from "../test/providers/contract/adapter-load.js";
import type { CallTime } from "../test/providers/contract/adapter-load.js";
import type { AdapterUnderTest } from "../test/providers/contract/adapter-under-test.js";
import { loadAdapters } from "../test/providers/contract/adapters.js";
import { bench } from "./lib/bench.js";
import { atMost, beside, exactly } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";

const calls = 2_000;

await bench({
  name: "adapter-overhead",
  conditions:
    "Each adapter against a server in the same process. Overhead: calls in turn, by turns through the adapter and through " +
    `its vendor's client alone. Left behind: after ${calls} calls at 300 in flight, all connections idle, garbage collected.`,
  behaviour: { latencyMs: 0 },
  async measure({ say }) {
    const figures: Figure[] = [];
    for (const adapter of await loadAdapters()) {
      say(adapter.name);
      figures.push(...(await overheadOf(adapter)), ...(await leavingsOf(adapter)));
    }
    return figures;
  },
});

async function overheadOf(measured: AdapterUnderTest): Promise<readonly Figure[]> {
  // The vendors' clients print warnings; the adapters print nothing.
  console.warn = () => undefined;
  const { adapter, bare } = await measureOverhead(measured);
  const added = (key: keyof CallTime): number => adapter[key] - bare[key];
  const { name } = measured;
  return [
    atMost({ what: `${name}: processor time added`, measured: added("cpuMs"), unit: "ms" }, 1),
    beside({ what: `${name}: time added`, measured: added("wallMs"), unit: "ms" }),
    beside({ what: `${name}: time of its client's own call`, measured: bare.wallMs, unit: "ms" }),
  ];
}

async function leavingsOf(adapter: AdapterUnderTest): Promise<readonly Figure[]> {
  const left = await measureLeavings(adapter, calls);
  const { name } = adapter;
  return [
    exactly({ what: `${name}: connections left`, measured: left.openConnections }, 0),
    exactly({ what: `${name}: listeners left on signals`, measured: left.listeners }, 0),
    atMost({ what: `${name}: heap left`, measured: left.heapBytes / 1_000_000, unit: "MB" }, 3),
  ];
}
