import { queryObjects } from "node:v8";
import { expect, it } from "vitest";
import type { Provider } from "../../../src/providers/provider.js";
import { loadAdapters } from "./adapters.js";
import { callOf, start } from "./one-call.js";

const keys = ["sk-first-0123456789", "sk-second-0123456789"];

it("each adapter makes one client for each key, and keeps it", async () => {
  const adapters = (await loadAdapters()).filter(({ client }) => client !== undefined);
  const classes = [...new Set(adapters.flatMap(({ client }) => client ?? []))];
  // It collects garbage first: a client that was made for one call alone is not counted.
  const count = (): number[] => classes.map((one) => queryObjects(one, { format: "count" }));
  let body: unknown;
  const server = await start(() => ({ body }));
  const providers: Provider[] = adapters.map(({ create }) => create());
  for (const provider of providers) await provider.warmUp?.();
  const before = count();
  for (const [index, provider] of providers.entries()) {
    const adapter = adapters[index]!;
    body = adapter.reply;
    for (const key of [...keys, ...keys]) {
      const environment = adapter.environment(server.origin, key);
      await provider.send(callOf(adapter, server, { environment }));
    }
  }
  const made = count().map((clients, index) => [classes[index]!.name, clients - before[index]!]);
  const expected = classes.map((one) => {
    const users = adapters.filter(({ client }) => client === one);
    return [one.name, users.length * keys.length];
  });
  expect(made).toEqual(expected);
  // Until here the adapters are in use, and so are the clients that they keep.
  expect(server.requests).toHaveLength(providers.length * keys.length * 2);
}, 180_000);
