import { bench } from "./lib/bench.js";
import { measureManyGroups } from "./lib/many-groups.js";
import { sizeFrom } from "./lib/size-from.js";

const groups = sizeFrom("BENCH_GROUPS", 1_000);
const records = sizeFrom("BENCH_RECORDS", 12);
const rate = 10;

await bench({
  name: "groups-1000-at-10",
  conditions:
    `An experiment of ${groups} groups at 10 a minute, ${records} prompts each, calls of 500 ms, one worker. ` +
    "The pace of a group counts from its first call to its last. BENCH_GROUPS and BENCH_RECORDS set other numbers; BENCH_MINUTES ends it early.",
  behaviour: { latencyMs: 500 },
  measure: async (context) => measureManyGroups(context, { experiments: 1, groups, records, rate }),
});
