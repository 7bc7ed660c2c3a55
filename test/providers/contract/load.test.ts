import { describe, expect, it, vi } from "vitest";
import { measureLeavings, measureOverhead } from "./adapter-load.js";
import { loadAdapters } from "./adapters.js";

/** One adapter per vendor's client represents the others. */
const clients = ["openai", "anthropic", "gemini", "ollama"];
const adapters = (await loadAdapters()).filter(({ name }) => clients.includes(name));

it("covers every client", () => {
  expect(adapters).toHaveLength(clients.length);
});

describe.each(adapters)("$name under load", (adapter) => {
  it("adds less than a millisecond to its vendor's client", async () => {
    // Anthropic's client, used as it is, warns of old models there; the adapter prints nothing.
    const warnings = vi.spyOn(console, "warn").mockReturnValue();
    const { adapter: own, bare } = await measureOverhead(adapter);
    warnings.mockRestore();
    expect(own.cpuMs - bare.cpuMs).toBeLessThan(1);
  });

  it("leaves no socket, no listener and no memory after 2,000 calls at 300 in flight", async () => {
    const left = await measureLeavings(adapter, 2_000);
    const { mostConnections, heapBytes, sockets, openConnections, listeners } = left;
    expect({ openConnections, listeners }).toEqual({ openConnections: 0, listeners: 0 });
    expect(sockets).toBeLessThanOrEqual(0);
    expect(mostConnections).toBeLessThan(600);
    // The heap of a process that keeps nothing goes up and down by a megabyte; a request that is
    // kept takes some 5 KB.
    expect(heapBytes).toBeLessThan(3_000_000);
  });
});
