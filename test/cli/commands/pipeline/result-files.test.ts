import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeResult } from "../../../../bench/lib/cli-process.js";
import { sharedCli } from "../../../helpers/cli-set-up.js";
import { hubCommit, hubToken, startHubServer } from "../../../helpers/hub-server.js";
import { duckdb } from "../../../helpers/duckdb.js";

const cli = sharedCli({ withWorker: true });

const yaml = `name: words
steps:
  load: { use: load, file: rows.parquet }
  ask: { use: template, llm: test/parrot, template: "Say {{ word }}", output: answer, parameters: { response: yes } }
  all: { use: keep, columns: [n, answer] }
  short: { use: filter, where: "n < 3" }
edges: ["load >> ask >> short", "ask >> all"]
`;

const stampLength = "28-11-2026-10-00-00-".length;

/** The files of the only run, by name without the stamp. */
function filesOf(name: string): ReadonlyMap<string, string> {
  const folder = join(cli.setUp.dataFolder, "output", name);
  const names = readdirSync(folder).filter((file) => !file.startsWith("."));
  return new Map(names.map((file) => [file.slice(stampLength), join(folder, file)]));
}

test(
  "a pipeline reads Parquet, and its result is there as Parquet with a dataset card",
  { timeout: 90_000 },
  async () => {
    const source = join(cli.setUp.folder, "rows.parquet");
    await duckdb(
      `copy (select i::integer as n, 'word ' || i as word from range(1, 5) r(i)) to '${source}'`,
    );
    writeFileSync(join(cli.setUp.folder, "words.yaml"), yaml);
    const result = await cli.ostinato("pipeline", "run", "words.yaml", "-mq", "6000");
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const names = filesOf("words");
    expect([...names.keys()].sort()).toEqual([
      "README.md",
      "all.jsonl",
      "all.parquet",
      "completed-words.jsonl",
      "input-words.jsonl",
      "log-words.txt",
      "pipeline.mmd",
      "pipeline.yaml",
      "short.jsonl",
      "short.parquet",
    ]);
    expect(await duckdb(`select * from '${names.get("all.parquet") ?? ""}' order by n`)).toEqual(
      [1, 2, 3, 4].map((n) => ({ n: String(n), answer: "yes" })),
    );
    expect(await duckdb(`select n, word from '${names.get("short.parquet") ?? ""}'`)).toEqual([
      { n: "1", word: "word 1" },
      { n: "2", word: "word 2" },
    ]);
    const card = readFileSync(names.get("README.md") ?? "", "utf8");
    expect(card).toContain("| `short` | `filter` | 2 | 0 | 2 |");
    expect(card).toContain("  - config_name: short\n");
    const definition = readFileSync(names.get("pipeline.yaml") ?? "", "utf8");
    expect(definition).toContain("llm: test/parrot");
    expect(readFileSync(names.get("pipeline.mmd") ?? "", "utf8")).toContain("2 done, 2 dropped");
  },
);

test(
  "rows come from a dataset of the Hub, and the result is uploaded to another one",
  { timeout: 90_000 },
  async () => {
    const hub = await startHubServer();
    hub.datasets.set("owner/words", new Map([["data.csv", Buffer.from("n,word\n1,one\n2,two\n")]]));
    const text = yaml
      .replace("name: words", "name: from-hub")
      .replace("rows.parquet", "hf://datasets/owner/words");
    writeFileSync(join(cli.setUp.folder, "hub.yaml"), text);
    const result = await cli.ostinatoWith(
      { HF_ENDPOINT: hub.origin, HF_TOKEN: hubToken },
      ...["pipeline", "run", "hub.yaml", "-mq", "6000", "--push-to-hub", "owner/answers"],
    );
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    expect(result.stderr).toContain(`datasets/owner/answers/commit/${hubCommit}`);
    const pushed = hub.datasets.get("owner/answers") ?? new Map<string, Buffer>();
    expect([...pushed.keys()].sort()).toEqual([
      "README.md",
      "all.jsonl",
      "all.parquet",
      "pipeline.mmd",
      "pipeline.yaml",
      "short.jsonl",
      "short.parquet",
    ]);
    expect(pushed.get("all.jsonl")?.toString()).toBe(
      '{"n":1,"answer":"yes"}\n{"n":2,"answer":"yes"}\n',
    );
    expect(pushed.get("pipeline.yaml")?.toString()).toContain(
      `file: hf://datasets/owner/words@${hubCommit}`,
    );
    writeFileSync(
      join(cli.setUp.folder, "given.yaml"),
      "name: given\nsteps:\n  only: { use: keep, columns: [word] }\n",
    );
    const given = await cli.ostinatoWith(
      { HF_ENDPOINT: hub.origin, HF_TOKEN: hubToken },
      ...["pipeline", "run", "given.yaml", "--data", "hf://datasets/owner/words"],
    );
    expect(given, describeResult(given)).toMatchObject({ code: 0 });
    const folder = join(cli.setUp.dataFolder, "output", "given");
    const card = readdirSync(folder).find((name) => name.endsWith("README.md")) ?? "none";
    expect(readFileSync(join(folder, card), "utf8")).toContain(
      `2 input rows of \`hf://datasets/owner/words@${hubCommit}\``,
    );
    const refused = await cli.ostinato("pipeline", "run", "hub.yaml", "--push-to-hub", "answers");
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('Expected a dataset as OWNER/NAME, got "answers".');
  },
);
