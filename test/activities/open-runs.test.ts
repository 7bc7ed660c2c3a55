import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { OpenPipeline } from "../../activities/rows/open-pipeline.js";
import { OpenRuns } from "../../activities/open-runs.js";
import type { OpenRunsOptions } from "../../activities/open-runs.js";
import type { Environment } from "../../src/domain/environment.js";
import { loadProvider } from "../../src/providers/registry/registry.js";
import { openGroupStore } from "../../src/storage/log/group-store.js";
import { readManifest } from "../../src/storage/run/run-folder.js";
import { openFilesBelow } from "../helpers/open-files.js";
import { preparedRun, records } from "../storage/run/prepared-run.js";

interface Opened {
  readonly runs: OpenRuns;
  readonly stores: string[];
  readonly environments: string[];
}

function openRuns(
  readEnvironment?: () => Promise<Environment>,
  isBusy: (directory: string) => boolean = () => false,
  given: Partial<OpenRunsOptions> = {},
): Opened {
  const stores: string[] = [];
  const environments: string[] = [];
  const runs = new OpenRuns({
    readManifest,
    openProviders: async () => loadProvider,
    openStore: async (directory, group) => {
      stores.push(group);
      return openGroupStore(directory, group);
    },
    openPipeline: async () => Promise.reject(new Error("This run has no pipeline.")),
    openFlow: async () => Promise.reject(new Error("This run has no flow.")),
    readEnvironment: async (envFile) => {
      environments.push(envFile);
      return readEnvironment ? readEnvironment() : { KEY: environments.length.toString() };
    },
    isBusy,
    isStopped: async () => false,
    ...given,
  });
  return { runs, stores, environments };
}

describe("a run", () => {
  test("opens a group once for all who use it, and again after it was closed", async () => {
    const { directory } = await preparedRun(records(2));
    const { runs, stores } = openRuns();
    const [one, other] = await Promise.all([
      runs.use(directory, async (run) => run.store("all")),
      runs.use(directory, async (run) => run.store("all")),
    ]);
    expect(one).toBe(other);
    await runs.close(directory);
    const again = await runs.use(directory, async (run) => run.store("all"));
    expect(again.records).toBe(2);
    expect(stores).toEqual(["all", "all"]);
    await runs.close(directory);
  });

  test("that cannot be opened yet can be opened later", async () => {
    const { runs } = openRuns();
    const { directory } = await preparedRun(records(1));
    const nowhere = `${directory}-not-there`;
    const open = async (group: string, where = directory): Promise<number> =>
      runs.use(where, async (run) => (await run.store(group)).records);
    await expect(open("all", nowhere)).rejects.toThrow("is missing. Move it back");
    await expect(open("all", nowhere)).rejects.toThrow("is missing. Move it back");
    await expect(open("no such group")).rejects.toThrow("ENOENT");
    await expect(open("no such group")).rejects.toThrow("ENOENT");
    expect(await open("all")).toBe(1);
    await runs.close(directory);
  });

  test("reads its environment once for each resume", async () => {
    const { runs, environments } = openRuns();
    const { directory } = await preparedRun(records(1));
    await runs.use(directory, async (run) => {
      expect(await Promise.all([run.environment(0), run.environment(0)])).toEqual([
        { KEY: "1" },
        { KEY: "1" },
      ]);
      expect(await run.environment(1)).toEqual({ KEY: "2" });
      expect(await run.environment(0)).toEqual({ KEY: "1" });
      const { envFile } = run.manifest.settings;
      expect(environments).toEqual([envFile, envFile]);
    });
    await runs.close(directory);
  });

  test("reads an environment again that could not be read", async () => {
    let reads = 0;
    const { runs } = openRuns(async () => {
      reads += 1;
      if (reads === 1) throw new Error("EACCES");
      return { KEY: "there" };
    });
    const { directory } = await preparedRun(records(1));
    await runs.use(directory, async (run) => {
      await expect(run.environment(0)).rejects.toThrow("EACCES");
      expect(await run.environment(0)).toEqual({ KEY: "there" });
    });
    await runs.close(directory);
  });
});

test("a run whose files can't be closed ends the programs of its pipeline all the same", async () => {
  const { directory } = await preparedRun(records(1));
  let isClosed = false;
  // Nothing else of a pipeline is used here.
  const pipeline = {
    close: async () => {
      isClosed = true;
    },
  } as unknown as OpenPipeline;
  const { runs } = openRuns(undefined, undefined, {
    openStore: async (...of) => {
      const store = await openGroupStore(...of);
      const close = async (): Promise<void> => {
        await store.close();
        throw new Error("EDQUOT: disk quota exceeded, close");
      };
      return { ...store, close };
    },
    openPipeline: async () => pipeline,
  });
  await runs.use(directory, async (run) => Promise.all([run.store("all"), run.pipeline()]));
  await expect(runs.close(directory)).rejects.toThrow("EDQUOT");
  expect(isClosed).toBe(true);
});

describe("a run that nobody has used for two minutes", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  async function later<Result>(work: () => Promise<Result>): Promise<Result> {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 121_000 });
    return work();
  }

  test("is closed when another one is used", async () => {
    const [one, other] = [await preparedRun(records(1)), await preparedRun(records(1))];
    const { runs } = openRuns();
    await runs.use(one.directory, async (run) => run.store("all"));
    expect(openFilesBelow(one.directory)).toBe(1);
    await later(async () => runs.use(other.directory, async () => undefined));
    await expect.poll(() => openFilesBelow(one.directory)).toBe(0);
    await runs.close(other.directory);
  });

  test("is closed without a further use", async () => {
    const { directory } = await preparedRun(records(1));
    const { runs } = openRuns();
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    await runs.use(directory, async (run) => run.store("all"));
    expect(openFilesBelow(directory)).toBe(1);
    vi.advanceTimersByTime(119_000);
    expect(openFilesBelow(directory)).toBe(1);
    vi.advanceTimersByTime(1_000);
    vi.useRealTimers();
    await expect.poll(() => openFilesBelow(directory)).toBe(0);
  });

  test("stays open for an activity that has worked with it all the time", async () => {
    const [one, other] = [await preparedRun(records(1)), await preparedRun(records(1))];
    const { runs } = openRuns();
    await runs.use(one.directory, async (run) => {
      await run.store("all");
      await later(async () => runs.use(other.directory, async () => undefined));
      await sleep(50);
      expect(openFilesBelow(one.directory)).toBe(1);
    });
    await runs.close(one.directory);
    await runs.close(other.directory);
  });

  test("stays open while it has calls in flight", async () => {
    const [one, other] = [await preparedRun(records(1)), await preparedRun(records(1))];
    const { runs } = openRuns(undefined, (directory) => directory === one.directory);
    await runs.use(one.directory, async (run) => run.store("all"));
    await later(async () => runs.use(other.directory, async () => undefined));
    await sleep(50);
    expect(openFilesBelow(one.directory)).toBe(1);
    await runs.close(one.directory);
    await runs.close(other.directory);
  });
});
