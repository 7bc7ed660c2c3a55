import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { describeQuery } from "../../../workflows/messages.js";
import { realActivities } from "../../replay/real-experiment.js";
import { sharedStage } from "../shared-stage.js";
import {
  failing,
  judging,
  newPlace,
  output,
  read,
  record,
  rephrasing,
  start,
  writeJson,
} from "../staged.js";

/** Shared by all tests, which run at the same time. Each test's own data is removed at its end. */
const root = mkdtempSync(join(tmpdir(), "ostinato-stages-"));

// Registered before the stage, so it runs after the stage has stopped.
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const stage = sharedStage({ activities: realActivities });

describe.concurrent("an experiment with rephrasing", () => {
  test("sends the rephrased prompts and then the original ones, and has them judged", async () => {
    const place = newPlace(root);
    const { folder, name } = place;
    const settingsPath = join(folder, "input", `${name}.settings.json`);
    writeJson(settingsPath, {});
    const settings = {
      settingsPath,
      ...rephrasing(folder, { parser: "split_numbered_list" }),
      ...judging(folder),
    };
    const handle = await start(stage, place, { records: [record("a"), record("b")], ...settings });
    const result = await handle.result();
    expect(result.stages).toMatchObject([
      { kind: "rephrase", name: `rephrase-${name}`, records: 4, completed: 4 },
      { kind: "main", name: `post-rephrase-${name}`, records: 10, completed: 10 },
      { kind: "judge", name: `judge-post-rephrase-${name}`, records: 40, completed: 40 },
    ]);
    expect(result).toMatchObject({ records: 10, completed: 10 });
    const lines = read(result.completedFile);
    expect(lines.map(({ id, prompt }) => [id, prompt])).toEqual([
      ...["0-a", "0-b", "1-a", "1-b"].flatMap((one) => [
        [`rephrase-big-${one}-0`, "one"],
        [`rephrase-big-${one}-1`, "two"],
      ]),
      ["a", "prompt a"],
      ["b", "prompt b"],
    ]);
    expect(lines[0]).toMatchObject({ "input-id": "a", "input-prompt": "prompt a", api: "test" });
    expect(output(place, `post-rephrase-${name}`)).toContain(`${name}.jsonl`);
    expect(readdirSync(join(folder, "input"))).toEqual([]);
    expect(output(place, `rephrase-${name}`)).toContain(`<stamp>-settings-rephrase-${name}.json`);
    expect(await handle.query(describeQuery)).toMatchObject({
      state: "finished",
      stage: { kind: "judge" },
    });
  });

  test("is refused for a scorer that nobody knows before anything is rephrased", async () => {
    const place = newPlace(root);
    const settings = { ...rephrasing(place.folder), scorers: [{ scorer: "mach" }] };
    const handle = await start(stage, place, { records: [record("a")], ...settings });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: "UserError", message: expect.stringContaining("Did you mean `match`?") },
    });
    expect(readdirSync(join(place.folder, "input"))).toEqual([`${place.name}.jsonl`]);
  });

  test("leaves failed rephrases out", async () => {
    const place = newPlace(root);
    writeJson(join(place.folder, "rephrase/settings.json"), {
      big: { api: "test", model_name: "r", parameters: failing },
    });
    const more = rephrasing(place.folder);
    const kept = await (await start(stage, place, { records: [record("a")], ...more })).result();
    expect(kept.stages).toMatchObject([
      { kind: "rephrase", completed: 0, failed: 2 },
      { kind: "main", records: 1, completed: 1 },
    ]);
    const none = await (
      await start(stage, place, {
        records: [record("a")],
        ...rephrasing(place.folder, { removeOriginal: true }),
      })
    ).result();
    expect(none.stages).toMatchObject([{ failed: 2 }, { kind: "main", records: 0 }]);
  });

  test("only writes the prompts where nothing else is wanted", async () => {
    const place = newPlace(root);
    const { folder, name } = place;
    const more = rephrasing(folder, { only: true, removeOriginal: true });
    const result = await (await start(stage, place, { records: [record("a")], ...more })).result();
    expect(result.stages?.map(({ kind }) => kind)).toEqual(["rephrase"]);
    expect(result.rephrasedFile).toBe(
      join(folder, "output", `post-rephrase-${name}`, `post-rephrase-${name}.jsonl`),
    );
    expect(read(result.rephrasedFile).map(({ id }) => id)).toEqual([
      "rephrase-big-0-a",
      "rephrase-big-1-a",
    ]);
  });
});
