/** prompto's flags whose features this version lacks, with what to do instead. */
const instead: readonly (readonly [flags: readonly string[], advice: string])[] = [
  [
    ["--judge", "--judge-folder", "--judge-templates", "-j", "-jf", "-jt"],
    "Run without it, and judge the completed file afterwards: prompto's own judge files are inputs that `ostinato run` takes.",
  ],
  [
    ["--scorer", "--scorers", "-s"],
    "Run without it, and score the completed file, which has `expected_response` beside each `response`.",
  ],
  [
    [
      ...["--rephrase-folder", "--rephrase-templates", "--rephrase-model", "--rephrase-parser"],
      ...["--remove-original", "--only-rephrase", "-rf", "-rt", "-r", "-rp", "-ro", "-or"],
    ],
    "Rephrase the prompts in a run of their own, and run the file that you make of its answers.",
  ],
];

/** What to tell who gives a flag of prompto's that isn't there; `undefined` for any other flag. */
export function adviceForPrompto(word: string): string | undefined {
  const row = instead.find(([flags]) => flags.includes(word));
  return row && `prompto's flag \`${word}\` isn't there yet. ${row[1]}`;
}
