import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BlockRoutes } from "../../../../src/storage/run/pipeline/block-routes.js";
import { temporaryFolder } from "../../../helpers/temporary-folder.js";

test("a block has one route: in a process, after it, and in another one at the same time", async () => {
  const folder = temporaryFolder();
  const calls: string[] = [];
  const choose = (route: string) => async () => {
    calls.push(route);
    return [route];
  };
  const one = new BlockRoutes(folder);
  expect(await one.of("r 0", choose("a"))).toEqual(["a"]);
  expect(await one.of("r 0", choose("b"))).toEqual(["a"]);
  expect(await new BlockRoutes(folder).of("r 0", choose("c"))).toEqual(["a"]);
  expect(calls).toEqual(["a"]);
  const [here, there] = await Promise.all([
    one.of("r 1", choose("d")),
    new BlockRoutes(folder).of("r 1", choose("e")),
  ]);
  expect(here).toEqual(there);
  expect(readdirSync(join(folder, "routes"))).toHaveLength(2);
});

test("a router that fails is asked again", async () => {
  const routes = new BlockRoutes(temporaryFolder());
  const failing = routes.of("r 0", async () => Promise.reject(new Error("not now")));
  await expect(failing).rejects.toThrow("not now");
  expect(await routes.of("r 0", async () => ["a"])).toEqual(["a"]);
});
