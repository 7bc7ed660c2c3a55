import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import type { SearchAttributePair } from "@temporalio/common";
import { workflowInfo } from "@temporalio/workflow";
import { experimentAttribute, keywordOf } from "../src/domain/experiment/ids.js";

const experimentName = defineSearchAttributeKey(experimentAttribute, SearchAttributeType.KEYWORD);

/** Children do not inherit search attributes; a server that knows none has given the experiment none. */
export function experimentAttributes(): { typedSearchAttributes?: SearchAttributePair[] } {
  const value = workflowInfo().typedSearchAttributes.get(experimentName);
  return value === undefined ? {} : { typedSearchAttributes: [{ key: experimentName, value }] };
}

/** For an experiment that is started here; the server is to have them, else the start waits until it has. */
export function attributesOfExperiment(name: string): {
  typedSearchAttributes: SearchAttributePair[];
} {
  return { typedSearchAttributes: [{ key: experimentName, value: keywordOf(name) }] };
}
