import { bench } from "./lib/bench.js";
import { measureManyGroups } from "./lib/many-groups.js";
import { sizeFrom } from "./lib/size-from.js";

const experiments = sizeFrom("BENCH_EXPERIMENTS", 50);
const groups = sizeFrom("BENCH_GROUPS", 200);
const records = sizeFrom("BENCH_RECORDS", 5);
const rate = 1;

await bench({
  name: "fifty-experiments-200-groups",
  conditions:
    `${experiments} experiments of ${groups} groups at 1 a minute, ${records} prompts each, calls of 500 ms, one worker. ` +
    "Each group has three workflows open: its own, a page and its limit. The pace of a group counts from its first call to its last. " +
    "BENCH_EXPERIMENTS, BENCH_GROUPS and BENCH_RECORDS set other numbers; BENCH_MINUTES ends it early.",
  behaviour: { latencyMs: 500 },
  measure: async (context) => measureManyGroups(context, { experiments, groups, records, rate }),
});
