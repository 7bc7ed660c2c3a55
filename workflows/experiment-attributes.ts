import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import type { SearchAttributePair } from "@temporalio/common";
import { workflowInfo } from "@temporalio/workflow";

const experimentName = defineSearchAttributeKey("ExperimentName", SearchAttributeType.KEYWORD);

/** SQL stores keep keywords in columns of 255 characters. */
const longestKeyword = 255;

/** Children do not inherit search attributes; a server that knows none has given the experiment none. */
export function experimentAttributes(): { typedSearchAttributes?: SearchAttributePair[] } {
  const value = workflowInfo().typedSearchAttributes.get(experimentName);
  return value === undefined ? {} : { typedSearchAttributes: [{ key: experimentName, value }] };
}

/** For an experiment that is started here; the server is to have them, else the start waits until it has. */
export function attributesOfExperiment(name: string): {
  typedSearchAttributes: SearchAttributePair[];
} {
  return { typedSearchAttributes: [{ key: experimentName, value: name.slice(0, longestKeyword) }] };
}
