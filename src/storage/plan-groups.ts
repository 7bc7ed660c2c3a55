import type { ExperimentSettings } from "../domain/experiment.js";
import type { PromptRecord } from "../domain/prompt-record.js";

/** By which rule the records of an experiment are put in groups, and what a group may do. */
export interface GroupRule {
  readonly groupOf: (record: PromptRecord) => string;
  /** @param targets each `<api>/<model>` of the group. */
  readonly limitKeyOf: (group: string, targets: readonly string[]) => string;
  readonly requestsPerMinuteOf: (group: string) => number;
}

export function planGroups(settings: ExperimentSettings): GroupRule {
  return {
    groupOf: () => "all",
    limitKeyOf: (_group, targets) =>
      targets.length === 1 ? `api/${targets.join("")}` : `experiment/${settings.name}`,
    requestsPerMinuteOf: () => settings.requestsPerMinute,
  };
}
