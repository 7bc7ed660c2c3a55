import pico from "picocolors";
import type { Diagnosis, FolderDiagnosis, ServerDiagnosis } from "../../../src/client/diagnose.js";
import { renderFacts } from "../format/facts.js";
import type { Fact } from "../format/facts.js";
import { oneLine } from "../format/fit-text.js";
import { formatCount } from "../format/format-count.js";
import type { Screen } from "../terminal/screen.js";

/** Renders the existing parts of the set-up, one per line, then the problems to fix. */
export function renderDiagnosis(diagnosis: Diagnosis, screen: Screen): string {
  const colours = pico.createColors(screen.colours);
  const { problems } = diagnosis;
  const facts: readonly Fact[] = [
    ["Node.js", diagnosis.node],
    ["server", describeServer(diagnosis.server)],
    ["Web UI", diagnosis.server.webUi ?? ""],
    [
      "Temporal CLI",
      diagnosis.temporalCli?.path ?? "not installed yet: downloaded at the first start",
    ],
    ...diagnosis.workers.map(
      ({ pid, role, version, build, dataFolder, keys }) =>
        [
          "worker",
          `${role}, pid ${pid}, ${version} (build ${build}), for ${dataFolder}, ${namesOr(keys, "no keys")} in its environment, besides those of the key file`,
        ] as const,
    ),
    ["pollers", diagnosis.pollers.join(", ")],
    ...diagnosis.limits.map(
      ({ key, holders }) =>
        [
          "limit",
          `${key}: ${namesOr(
            holders.map(({ group }) => group),
            "not in use",
          )}`,
        ] as const,
    ),
    [
      "keys",
      namesOr(
        diagnosis.keys.map(({ name, from }) => `${name} (${from})`),
        "none set",
      ),
    ],
    ["key file", diagnosis.envFile],
    ["data folder", describeFolder(diagnosis.dataFolder)],
    ["home", diagnosis.home],
    ["cache", diagnosis.cache],
  ];
  const verdict =
    problems.length === 0
      ? [colours.green("No problems found.")]
      : problems.map((problem) => colours.yellow(`! ${oneLine(problem)}`));
  return [...renderFacts(facts, screen), "", ...verdict].join("\n");
}

function describeServer({ answers, address, namespace, version, local }: ServerDiagnosis): string {
  if (!answers) return "none answers";
  const where = local === true ? "local" : "remote";
  return `${address ?? ""} (${where}), Temporal ${version ?? "(unknown version)"}, namespace ${namespace ?? ""}`;
}

function describeFolder({ path, exists, writable, freeBytes }: FolderDiagnosis): string {
  const states = [
    exists ? "" : "created when needed",
    writable ? "" : "not writable",
    freeBytes === undefined ? "" : `${formatCount(Math.round(freeBytes / 1e8) / 10)} GB free`,
  ];
  return `${path} (${states.filter((state) => state !== "").join(", ")})`;
}

function namesOr(names: readonly string[], none: string): string {
  return names.length === 0 ? none : names.join(", ");
}
