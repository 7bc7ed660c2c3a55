import { shellWord } from "../../domain/shell-word.js";
import { nearestMatch } from "../../domain/nearest-match.js";
import { UserError } from "../../domain/failure/user-error.js";
import { knownExperiments } from "../list/known-experiments.js";
import type { Ostinato } from "../connection/ostinato.js";

/**
 * The error for a name that the server does not know. Suggests a similar name from the server or
 * the data folder.
 */
export async function unknownExperiment(
  ostinato: Ostinato,
  name: string,
  dataFolder?: string,
): Promise<UserError> {
  const options = dataFolder === undefined ? {} : { dataFolder };
  const elsewhere =
    dataFolder === undefined ? "" : " If it is in another data folder, add --data-folder FOLDER.";
  const known = await knownExperiments(ostinato, options);
  if (known.some((experiment) => experiment.name === name)) {
    return new UserError(
      `The experiment "${name}" is in the data folder, but the Temporal server at ${ostinato.address} does not know it any more. ` +
        `See \`ostinato status ${shellWord(name)}\`.`,
    );
  }
  const nearest = nearestMatch(name, new Set(known.map((experiment) => experiment.name)));
  const hint =
    nearest === undefined
      ? `See all with \`ostinato list\`.${elsewhere}`
      : `Did you mean "${nearest}"?`;
  return new UserError(`There is no experiment "${name}". ${hint}`);
}
