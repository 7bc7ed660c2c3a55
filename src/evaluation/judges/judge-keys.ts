import type { NeededKey } from "../../domain/record/needed-keys.js";
import type { JudgeFolder } from "./judge-folder.js";

const key = "expected_response";
const placeholder = "{EXPECTED_RESPONSE}";

/** The keys of the answered records that a judge folder's templates read. */
export function keysOfTemplates({ templates }: Pick<JudgeFolder, "templates">): NeededKey[] {
  return templates
    .filter(({ placeholders }) => placeholders.includes("EXPECTED_RESPONSE"))
    .map(({ name }) => ({
      key,
      use: `the value of ${placeholder} in the judges' template "${name}"`,
      remedy: (other) =>
        `${other === undefined ? "rename the right key" : "rename it"} to \`${key}\`, or remove ${placeholder} from the template`,
      effect: "There, the template has an empty text.",
      mayBeEmpty: false,
    }));
}
