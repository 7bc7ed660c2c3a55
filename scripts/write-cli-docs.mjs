// `npm run docs`: writes docs/cli.md from the commands' own help and the table of options. With
// --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { everyCommand } from "../dist/cli/command-line/catalogue.js";
import { exitCodes } from "../dist/cli/exit-codes.js";
import { runCli } from "../dist/cli/command-line/run-cli.js";
import { options } from "../dist/src/settings/options/options.js";
import { root } from "./root.mjs";

const path = join(root, "docs", "cli.md");
const page = await format(await writePage(), { ...(await resolveConfig(path)), filepath: path });
if (!process.argv.includes("--check")) {
  writeFileSync(path, page);
} else if (readFileSync(path, "utf8") !== page) {
  console.error("docs/cli.md is out of date. Run: npm run build && npm run docs");
  process.exitCode = 1;
}

async function writePage() {
  const commands = everyCommand();
  const helps = await Promise.all(commands.map(({ words }) => helpOf(words)));
  const alone = await commandsWithFlagsAlone();
  return [
    "# Commands and settings",
    "<!-- Written by `npm run docs` from the CLI itself. -->",
    "Commands write data to stdout, and progress and messages to stderr.",
    "## Settings",
    "A flag overrides a variable, a variable overrides `ostinato.json` in the current folder, and the file overrides the default.",
    `${alone.map(code).join(", ")} read flags only, no variables and no \`ostinato.json\`.`,
    settingsTable(),
    "An example of `ostinato.json`:",
    '```json\n{ "maxQueries": 500, "dataFolder": "experiments" }\n```',
    "prompto's spellings work too: `-mq 500`, `-mq=500`, `--max-queries=500`, and unambiguous prefixes of long flags (`--env`).",
    "Other variables set folders and the Temporal server: see [deployment.md](deployment.md).",
    "## Exit codes",
    exitCodesTable(),
    "## Commands",
    ...commands.map(
      ({ words }, index) =>
        `### ostinato ${words.join(" ")}\n\n\`\`\`text\n${helps[index]}\n\`\`\``,
    ),
  ].join("\n\n");
}

async function commandsWithFlagsAlone() {
  const commands = everyCommand();
  const definitions = await Promise.all(commands.map(({ entry }) => entry.load?.()));
  return commands
    .filter((_, index) => definitions[index]?.flagsAlone)
    .map(({ words }) => words.join(" "));
}

function settingsTable() {
  const rows = Object.values(options).map((option) => [
    [option.short, option.flag].filter(Boolean).map(code).join(" "),
    code(option.variable),
    code(option.key),
    option.default === undefined ? (option.otherwise ?? "") : code(String(option.default)),
    option.description,
  ]);
  return table(["flag", "variable", "in `ostinato.json`", "default", "meaning"], rows);
}

function exitCodesTable() {
  const source = readFileSync(join(root, "cli", "exit-codes.ts"), "utf8");
  const comments = source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n\s+(\w+): \d+/g);
  const meaningOf = new Map(
    [...comments].map(([, text, name]) => [name, text.replaceAll(/\n\s+\*/g, "").trim()]),
  );
  return table(
    ["code", "meaning"],
    Object.entries(exitCodes).map(([name, code]) => [String(code), meaningOf.get(name)]),
  );
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text) {
  return `\`${text}\``;
}

async function helpOf(words) {
  const lines = [];
  const screen = { isTerminal: false, colours: false, columns: 80, rows: 24 };
  await runCli([...words, "--help"], {
    environment: {},
    folder: root,
    data: async (text) => void lines.push(text),
    talk: (text) => lines.push(text),
    dataScreen: screen,
    talkStream: process.stderr,
    talkScreen: screen,
  });
  return lines.join("\n").trim();
}
