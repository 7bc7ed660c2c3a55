import { bench } from "./lib/bench.js";
import { measureManyGroups } from "./lib/many-groups.js";
import { sizeFrom } from "./lib/size-from.js";

const experiments = sizeFrom("BENCH_EXPERIMENTS", 50);
const groups = 200;
const records = 5;
const rate = 1;

await bench({
  name: "fifty-experiments-200-groups",
  conditions:
    `${experiments} experiments of 200 groups at 1 a minute, 5 prompts each, calls of 500 ms, one worker. ` +
    "Each group has two workflows open. The pace of a group counts from its first call to its last. " +
    "BENCH_EXPERIMENTS sets another number of experiments.",
  behaviour: { latencyMs: 500 },
  measure: async (context) => measureManyGroups(context, { experiments, groups, records, rate }),
});
