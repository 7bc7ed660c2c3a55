import { resolve } from "node:path";
import { defined } from "../../src/domain/defined.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { MissingRecord } from "../../src/storage/completed/find-missing.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { formatCount } from "../output/format/format-count.js";
import { jsonLine } from "../output/format/json.js";
import { settingsOf } from "../command-line/settings-of.js";
import { textFlag } from "../command-line/text-flag.js";

export const missing: CliCommand = {
  settings: ["json"],
  flags: [
    {
      flag: "--id",
      takes: "KEY",
      description:
        "key that identifies a record (default: id, api, model_name, prompt, parameters and group)",
    },
    { flag: "--keep-failed", description: "treat failed records as completed" },
    {
      flag: "--out",
      takes: "FILE",
      description: "file to write the missing records to (default: stdout)",
    },
    {
      flag: "--input-experiment",
      short: "-i",
      takes: "FILE",
      description: "same as INPUT, as in prompto",
    },
    {
      flag: "--output-experiment",
      short: "-o",
      takes: "FILE",
      description: "same as OUTPUTS, as in prompto",
    },
    { flag: "--new", short: "-n", takes: "FILE", description: "same as --out, as in prompto" },
    {
      flag: "--missing-results",
      takes: "FILE",
      description: "same as --out, as in prompto's documentation",
    },
  ],
  async run(invocation) {
    const { terminal, ownFlags } = invocation;
    const { json } = settingsOf(invocation, ["json"]);
    const files = filesOf(invocation);
    const idKey = textFlag(invocation, "id");
    const onMissing = async ({ text, ...found }: MissingRecord): Promise<void> => {
      if (json) await terminal.data(jsonLine({ type: "missing", ...found }));
      else if (files.out === undefined) await terminal.data(text);
    };
    const { findMissing } = await import("../../src/storage/completed/find-missing.js");
    const summary = await findMissing(
      {
        ...files,
        ...defined({ idKey }),
        keepFailed: ownFlags["keep-failed"] === true,
      },
      onMissing,
    );
    if (json) await terminal.data(jsonLine({ type: "summary", ...summary }));
    terminal.talk(sentence(summary, files.out));
    return exitCodes.done;
  },
};

interface Files {
  readonly input: string;
  readonly outputs: readonly string[];
  readonly out?: string;
}

function filesOf(invocation: Invocation): Files {
  const { arguments: given, terminal } = invocation;
  const flagged = ["input-experiment", "output-experiment"].flatMap(
    (flag) => textFlag(invocation, flag) ?? [],
  );
  const [input, ...outputs] = [...flagged, ...given].map((file) => resolve(terminal.folder, file));
  if (input === undefined || outputs.length === 0) {
    throw new UserError(
      "Expected an input file and at least one completed file: `ostinato missing INPUT OUTPUT...`.",
    );
  }
  const [out] = ["out", "new", "missing-results"].flatMap(
    (flag) => textFlag(invocation, flag) ?? [],
  );
  return { input, outputs, ...(out !== undefined && { out: resolve(terminal.folder, out) }) };
}

function sentence(
  { records, missing: count, failed }: { records: number; missing: number; failed: number },
  out: string | undefined,
): string {
  if (count === 0) return `No records are missing out of ${formatCount(records)}.`;
  const which = failed > 0 ? `, ${formatCount(failed)} of them failed` : "";
  const where = out === undefined ? "" : ` Wrote them to ${out}.`;
  return `${formatCount(count)} of ${formatCount(records)} records are missing${which}.${where}`;
}
