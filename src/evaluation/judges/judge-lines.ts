import { membersOf, objectTextOf } from "../../domain/json/json-members.js";
import type { JsonMembers } from "../../domain/json/json-members.js";
import { stringText } from "../../domain/json/json-text.js";
import { pythonText } from "../../domain/json/python-text.js";
import { expectedByDefault } from "./judge-folder.js";
import type { JudgeFolder, JudgeTemplate } from "./judge-folder.js";
import type { ModelSettings } from "../models/model-settings.js";

/**
 * Makes the records of a judge run in prompto's order: for each judge, each template, each answer.
 * @param answers returns the lines with an answer, in order. It is called once per judge and
 *   template.
 */
export async function* judgeLines(
  { judges, templates }: JudgeFolder,
  answers: () => AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  for (const judge of judges) {
    for (const template of templates) {
      for await (const line of answers()) {
        yield judgeLine(judge, template, membersOf(line));
      }
    }
  }
}

function judgeLine(judge: ModelSettings, template: JudgeTemplate, answered: JsonMembers): string {
  const id = pythonText(answered.get("id") ?? '"NA"');
  const { expected = expectedByDefault } = judge;
  const prompt = template.fill({
    INPUT_PROMPT: answered.get("prompt") ?? '""',
    OUTPUT_RESPONSE: answered.get("response") ?? '""',
    EXPECTED_RESPONSE: answered.get(expected) ?? '""',
  });
  const members = new Map([
    ["id", stringText(`judge-${judge.name}-${template.name}-${id}`)],
    ["template_name", stringText(template.name)],
    ["prompt", stringText(prompt)],
    ...judge.members,
  ]);
  for (const [key, text] of answered) members.set(`input-${key}`, text);
  return objectTextOf(members);
}
