import { expect, test } from "vitest";
import { openRunFiles } from "../../../src/client/status/run-files.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { completedLine, preparedRun, recordLine } from "../../storage/run/prepared-run.js";

test("a run whose other models are done has only refused records left", async () => {
  const models = ["good", "wrong", "good", "wrong", "good"];
  const lines = models.map((model_name, id) => recordLine(id, { model_name }));
  const { directory } = await preparedRun(lines);
  const files = await openRunFiles(directory);
  const isLeft = async (): Promise<boolean | undefined> =>
    (await files?.snapshot())?.onlyRefusedLeft;
  const store = await openGroupStore(directory, "all");
  await store.append(completedLine(0));
  expect(await isLeft()).toBe(false);
  const error = { type: "NotFound", message: "no such model" };
  await store.append({
    kind: "refused",
    position: 1,
    finishedAt: 1,
    target: "test/wrong",
    error,
  });
  expect(await isLeft()).toBe(false);
  await store.append(completedLine(4));
  expect(await isLeft()).toBe(false);
  await store.append(completedLine(2));
  expect(await isLeft()).toBe(true);
  await store.close();
});
