import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import type { SearchAttributePair } from "@temporalio/common";
import { workflowInfo } from "@temporalio/workflow";
import { experimentAttribute, keywordOf } from "../src/domain/experiment/ids.js";

const experimentName = defineSearchAttributeKey(experimentAttribute, SearchAttributeType.KEYWORD);

/**
 * Returns an experiment's search attributes for its children, which do not inherit them. Empty if
 * the server does not support them.
 */
export function experimentAttributes(): { typedSearchAttributes?: SearchAttributePair[] } {
  const value = workflowInfo().typedSearchAttributes.get(experimentName);
  return value === undefined ? {} : { typedSearchAttributes: [{ key: experimentName, value }] };
}

/**
 * Returns the search attributes of an experiment that is started here. The start waits until the
 * server supports them.
 */
export function attributesOfExperiment(name: string): {
  typedSearchAttributes: SearchAttributePair[];
} {
  return { typedSearchAttributes: [{ key: experimentName, value: keywordOf(name) }] };
}
