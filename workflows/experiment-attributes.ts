import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import type { SearchAttributePair } from "@temporalio/common";
import { workflowInfo } from "@temporalio/workflow";

const experimentName = defineSearchAttributeKey("ExperimentName", SearchAttributeType.KEYWORD);

/** Children do not inherit search attributes; a server that knows none has given the experiment none. */
export function experimentAttributes(): { typedSearchAttributes?: SearchAttributePair[] } {
  const value = workflowInfo().typedSearchAttributes.get(experimentName);
  return value === undefined ? {} : { typedSearchAttributes: [{ key: experimentName, value }] };
}
