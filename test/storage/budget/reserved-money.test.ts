import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ReservedMoney } from "../../../src/storage/budget/reserved-money.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

it("adds the money of other living processes, to the last picodollar", async () => {
  const folder = temporaryFolder();
  const [own, one, other] = [1, 2, 3].map(() => new ReservedMoney(folder));
  await own!.write(5);
  expect(await own!.others()).toBe(0);
  await one!.write(1_234.000000000001);
  await other!.write(0.1);
  await other!.write(0.02);
  expect(await own!.others()).toBe(1_234.020000000001);
  await one!.close();
  expect(await own!.others()).toBe(0.02);
});

it("does not count a process that has not written for 15 s", async () => {
  const folder = temporaryFolder();
  const dead = new ReservedMoney(folder);
  await dead.write(3);
  const [file = ""] = readdirSync(folder);
  const own = new ReservedMoney(folder);
  await own.write(0);
  const now = Date.now() / 1_000;
  utimesSync(join(folder, file), now, now - 10);
  expect(await own.others()).toBe(3);
  utimesSync(join(folder, file), now, now - 17);
  expect(await own.others()).toBe(0);
});
