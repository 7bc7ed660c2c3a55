import type { Client } from "@temporalio/client";
import type { SearchAttributePair } from "@temporalio/common";
import { SearchAttributeType, defineSearchAttributeKey } from "../connection/temporal.js";
import { experimentAttribute, keywordOf } from "../../domain/experiment/ids.js";

const experimentName = defineSearchAttributeKey(experimentAttribute, SearchAttributeType.KEYWORD);
/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's protocol. */
const keywordType = 2;
const deadlineMs = 2_000;

export function experimentAttributes(name: string): SearchAttributePair[] {
  return [{ key: experimentName, value: keywordOf(name) }];
}

/**
 * Registers missing search attributes. Returns true if all of them can be used now. Experiments run
 * without them, so any obstacle (permissions, a full store) only disables the filter.
 */
export async function registerSearchAttributes(client: Client): Promise<boolean> {
  const { namespace } = client.options;
  const { operatorService } = client.connection;
  if (!("addSearchAttributes" in operatorService)) return false;
  const isThere = async (): Promise<boolean> => {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    return Number(customAttributes[experimentName.name]) === keywordType;
  };
  try {
    return await client.withDeadline(Date.now() + deadlineMs, async () => {
      if (await isThere()) return true;
      const searchAttributes = { [experimentName.name]: keywordType };
      await operatorService.addSearchAttributes({ namespace, searchAttributes });
      return await isThere();
    });
  } catch {
    return false;
  }
}
