/** prompto's flags whose features this version lacks, with what to do instead. */
const instead: readonly (readonly [flags: readonly string[], advice: string])[] = [
  [
    ["--scorer", "--scorers", "-s"],
    "Run without it, and score the completed file, which has `expected_response` beside each `response`.",
  ],
];

/** What to tell who gives a flag of prompto's that isn't there; `undefined` for any other flag. */
export function adviceForPrompto(word: string): string | undefined {
  const row = instead.find(([flags]) => flags.includes(word));
  return row && `prompto's flag \`${word}\` isn't there yet. ${row[1]}`;
}
