import { resolve } from "node:path";
import { defined } from "../../src/domain/defined.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { MissingRecord } from "../../src/storage/completed/find-missing.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { formatCount, formatCountOf } from "../output/format/format-count.js";
import { jsonLine } from "../output/format/json.js";
import { settingsOf } from "../command-line/settings-of.js";
import { textFlag } from "../command-line/text-flag.js";

export const missing: CliCommand = {
  settings: ["json"],
  flags: [
    { flag: "--id", takes: "KEY", description: "the key that tells records apart" },
    { flag: "--keep-failed", description: "count failed records as done" },
    { flag: "--out", takes: "FILE", description: "write the missing records to a file" },
    {
      flag: "--input-experiment",
      short: "-i",
      takes: "FILE",
      description: "prompto's spelling of INPUT",
    },
    {
      flag: "--output-experiment",
      short: "-o",
      takes: "FILE",
      description: "prompto's spelling of OUTPUT",
    },
    { flag: "--new", short: "-n", takes: "FILE", description: "prompto's spelling of --out" },
    { flag: "--missing-results", takes: "FILE", description: "the same, as prompto's pages say" },
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
      "Expected an experiment's input and at least one completed file of it: `ostinato missing INPUT OUTPUT...`.",
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
  if (count === 0) return `None of ${formatCountOf(records, "record")} is missing.`;
  const which = failed > 0 ? `, ${formatCount(failed)} of them failed` : "";
  const where = out === undefined ? "" : ` They are in ${out}.`;
  return `${formatCount(count)} of ${formatCount(records)} records are missing${which}.${where}`;
}
