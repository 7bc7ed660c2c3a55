import { shellWord } from "../../domain/shell-word.js";
import type { NeededKey } from "../../domain/record/needed-keys.js";
import type { ModelSettings } from "../models/model-settings.js";
import { expectedByDefault } from "./judge-folder.js";
import type { JudgeFolder } from "./judge-folder.js";

const placeholder = "{EXPECTED_RESPONSE}";

/** Returns the keys of the answered records that a judge folder's templates read. */
export function keysOfTemplates({ judges, templates }: JudgeFolder): readonly NeededKey[] {
  const keys = new Set(judges.map(keyOf));
  const reading = templates.filter(({ placeholders }) =>
    placeholders.includes("EXPECTED_RESPONSE"),
  );
  return reading.flatMap(({ name }) =>
    [...keys].map((key) => ({
      key,
      use: `the value of ${placeholder} in the judges' template "${name}"`,
      remedy: (other = "KEY") =>
        `use --judge ${shellWord(withKey(judges, key, other))}, or remove ${placeholder} from the template`,
      effect: "There, the template has an empty text.",
      mayBeEmpty: false,
    })),
  );
}

function keyOf({ expected = expectedByDefault }: ModelSettings): string {
  return expected;
}

/** Returns the value of --judge in which all judges that read `key` read another key. */
function withKey(judges: readonly ModelSettings[], key: string, other: string): string {
  const texts = judges.map((judge) => {
    const wanted = keyOf(judge) === key ? other : keyOf(judge);
    return wanted === expectedByDefault ? judge.name : `${judge.name}:expected=${wanted}`;
  });
  return texts.join(",");
}
