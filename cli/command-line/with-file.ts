import { UserError } from "../../src/domain/failure/user-error.js";
import type { Invocation } from "./command.js";

/** Accepts FILE as an argument or, as in prompto, as a flag. */
export function withFile(invocation: Invocation): Invocation {
  const [file] = invocation.arguments;
  if (file === undefined) return invocation;
  const { file: flagged } = invocation.flags;
  if (flagged !== undefined && flagged !== file) {
    throw new UserError(
      `Expected one input, got the argument "${file}" and \`--file\` "${String(flagged)}". Leave one out.`,
    );
  }
  return { ...invocation, flags: { ...invocation.flags, file } };
}
