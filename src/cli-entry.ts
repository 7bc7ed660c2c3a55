/**
 * The parts of the product that our own CLI needs and a user of the library does not. The package exports src/index.ts
 * alone, so what stands here may change at any time.
 */
export { isOstinatoStopped } from "./client/stop-ostinato.js";
export { tellEnding } from "./local-server/worker/tell-ending.js";
export { workerVariables } from "./local-server/worker/worker-variables.js";
export { retrySettingNames } from "./client/start/retry-failed.js";
export { defined } from "./domain/defined.js";
export { expectedMs } from "./domain/rates/expected-time.js";
export type { SteerWatch } from "./client/watch/steer-watch.js";
export { cacheFolder as modelCacheFolder } from "./local-server/home/home.js";
export { dailyQuotaOf } from "./settings/rates/daily-quota.js";
export { formatDuration } from "./settings/duration.js";
export { options, runSettingNames, watchedRunSettingNames } from "./settings/options/options.js";
export type { Option } from "./settings/options/options.js";
export { readFlags, resolveSettings } from "./settings/resolve-settings.js";
export type { GivenFlags, SettingName } from "./settings/resolve-settings.js";
export { rewriteArguments } from "./settings/options/rewrite-arguments.js";
export type { Settings } from "./settings/settings.js";
export { oppositeFlag, spellingsOf } from "./settings/options/spellings-of.js";
