import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { keyLines } from "../../../../cli/following/keys/key-lines.js";
import { renderLive } from "../../../../cli/output/live/render-live.js";
import type { LiveView } from "../../../../cli/output/live/render-live.js";
import type { Screen } from "../../../../cli/output/terminal/screen.js";
import type { ExperimentStatus } from "../../../../src/index.js";
import { experimentStatus, groupStatus } from "../render/status-fixture.js";

const nowMs = new Date(2026, 10, 21, 14, 0, 0).getTime();
const screen: Screen = { isTerminal: true, colours: false, columns: 80, rows: 24 };
const minutes = (count: number): number => nowMs + count * 60_000;
const endsIn = (count: number) => ({
  atMs: minutes(count),
  earliestMs: minutes(count - 1),
  latestMs: minutes(count + 1),
});

const spent = (cost: number) => ({
  spending: {
    cost,
    unknownCalls: 0,
    saved: 0,
    tokens: { input: 9_173, cachedInput: 1_024, cacheWrite: 0, output: 1_329, reasoning: 0 },
  },
});
const three = experimentStatus({
  records: 2_000,
  completed: 820,
  failed: 5,
  inFlight: 22,
  ends: endsIn(31),
  groups: [
    groupStatus({ name: "gpt-4o-mini", state: "finished", completed: 497, open: 0, ...spent(0.5) }),
    groupStatus({
      name: "gpt-4o",
      completed: 121,
      failed: 2,
      perMinute: 478.2,
      ends: endsIn(22),
      ...spent(0.123),
      heldBy: { kind: "requests" },
    }),
    groupStatus({
      name: "claude-sonnet-4-5",
      records: 1_000,
      completed: 202,
      failed: 0,
      open: 14,
      requestsPerMinute: 60,
      perMinute: 12.3,
      ends: endsIn(31),
      ...spent(0.202),
      heldBy: { kind: "tokens", sharedWith: 2 },
    }),
  ],
  ...spent(0.825),
  calls: { sent: 840, answered: 820, retried: 10, held: 4, failed: 5, repeated: 1 },
  errors: [
    {
      type: "RateLimit",
      status: 429,
      count: 4,
      firstAtMs: minutes(-9),
      lastAtMs: minutes(-2),
      line: 82,
      id: "81",
      message: "Rate limit reached for requests",
      remedy: "ostinato change pilot --max-queries N with a lower rate, if these go on",
    },
    {
      type: "BadRequest",
      status: 400,
      count: 1,
      firstAtMs: minutes(-5),
      lastAtMs: minutes(-5),
      line: 7,
      message: "max_tokens is too large",
      remedy: "Correct what the message names, then run the file again.",
    },
  ],
});

const keys: LiveView = { keys: ["? help  p pause  + - speed  e errors  q detach"], errors: false };

function shown(status: ExperimentStatus, change: Partial<Screen> = {}, view = keys): string {
  return `\n${renderLive(status, { ...screen, ...change }, { nowMs, view }).join("\n")}\n`;
}

describe("the live view of three models", () => {
  test("at 120 columns", () => {
    expect(shown(three, { columns: 120 })).toMatchInlineSnapshot(`
      "
      pilot running, 825/2,000, 5 failed, ends 14:31:00 (14:30:00 to 14:32:00)
                                                        done  failed  flight     rate  held by     cost      ends
      gpt-4o             ━━━━━───────────────────    123/500       2       8  478/480  requests  $0.123  14:22:00
      claude-sonnet-4-5  ━━━━────────────────────  202/1,000              14    12/60  tokens    $0.202  14:31:00
      gpt-4o-mini        ━━━━━━━━━━━━━━━━━━━━━━━━    500/500       3                   finished   $0.50
      calls   820 useful, 20 wasted: 10 retried, 1 repeated, 4 held, 5 failed
      cost    $0.825, about $2.00 at the end
      tokens  9,173 in (1,024 cached), 1,329 out
      faster  ostinato change pilot --max-queries N raises the limiting rate.
      RateLimit 429 ×4, 13:51:00–13:58:00, record 81: Rate limit reached for requests
        ostinato change pilot --max-queries N with a lower rate, if these go on
      BadRequest 400 ×1, 13:55:00, line 7: max_tokens is too large
        Correct what the message names, then run the file again.
      ? help  p pause  + - speed  e errors  q detach
      "
    `);
  });

  test("at 80 columns", () => {
    expect(shown(three)).toMatchInlineSnapshot(`
      "
      pilot running, 825/2,000, 5 failed, ends 14:31:00 (14:30:00 to 14:32:00)
                                    done  failed  flight     rate  held by       ends
      gpt-4o           ━─────    123/500       2       8  478/480  requests  14:22:00
      claude-sonnet-…  ━─────  202/1,000              14    12/60  tokens    14:31:00
      gpt-4o-mini      ━━━━━━    500/500       3                   finished
      calls   820 useful, 20 wasted: 10 retried, 1 repeated, 4 held, 5 failed
      cost    $0.825, about $2.00 at the end
      tokens  9,173 in (1,024 cached), 1,329 out
      faster  ostinato change pilot --max-queries N raises the limiting rate.
      RateLimit 429 ×4, 13:51:00–13:58:00, record 81: Rate limit reached for requests
        ostinato change pilot --max-queries N with a lower rate, if these go on
      BadRequest 400 ×1, 13:55:00, line 7: max_tokens is too large
        Correct what the message names, then run the file again.
      ? help  p pause  + - speed  e errors  q detach
      "
    `);
  });

  test("at 60 columns, without what has no space", () => {
    expect(shown(three, { columns: 60 })).toMatchInlineSnapshot(`
      "
      pilot running, 825/2,000, 5 failed, ends 14:31:00
                                 done  failed  held by       ends
      gpt-4o        ━─────    123/500       2  requests  14:22:00
      claude-sonn…  ━─────  202/1,000          tokens    14:31:00
      gpt-4o-mini   ━━━━━━    500/500       3  finished
      calls   820 useful, 20 wasted: 10 retried, 1 repeated, 4 h…
      cost    $0.825, about $2.00 at the end
      tokens  9,173 in (1,024 cached), 1,329 out
      faster  ostinato change pilot --max-queries N raises the l…
      RateLimit 429 ×4, 13:51:00–13:58:00, record 81: Rate limit…
        ostinato change pilot --max-queries N with a lower rate,…
      BadRequest 400 ×1, 13:55:00, line 7: max_tokens is too lar…
        Correct what the message names, then run the file again.
      ? help  p pause  + - speed  e errors  q detach
      "
    `);
  });

  test("on a low screen, where the errors go first and the facts next", () => {
    expect(shown(three, { rows: 10 })).toMatchInlineSnapshot(`
      "
      pilot running, 825/2,000, 5 failed, ends 14:31:00 (14:30:00 to 14:32:00)
                                    done  failed  flight     rate  held by       ends
      gpt-4o           ━─────    123/500       2       8  478/480  requests  14:22:00
      claude-sonnet-…  ━─────  202/1,000              14    12/60  tokens    14:31:00
      gpt-4o-mini      ━━━━━━    500/500       3                   finished
      calls   820 useful, 20 wasted: 10 retried, 1 repeated, 4 held, 5 failed
      cost    $0.825, about $2.00 at the end
      tokens  9,173 in (1,024 cached), 1,329 out
      ? help  p pause  + - speed  e errors  q detach
      "
    `);
  });

  test("with the errors alone", () => {
    expect(shown(three, {}, { ...keys, errors: true })).toMatchInlineSnapshot(`
      "
      pilot running, 825/2,000, 5 failed, ends 14:31:00 (14:30:00 to 14:32:00)
      RateLimit 429 ×4, 13:51:00–13:58:00, record 81: Rate limit reached for requests
        ostinato change pilot --max-queries N with a lower rate, if these go on
      BadRequest 400 ×1, 13:55:00, line 7: max_tokens is too large
        Correct what the message names, then run the file again.
      ? help  p pause  + - speed  e errors  q detach
      "
    `);
  });
});

test("a single group has the experiment's name, and its wait says until when", () => {
  const heldBy = { kind: "day", untilMs: minutes(600) } as const;
  const status = experimentStatus({ groups: [groupStatus({ heldBy, perMinute: 0 })] });
  expect(shown(status)).toMatchInlineSnapshot(`
    "
    pilot running, 123/500, 3 failed
              done  failed  flight   rate  held by
    pilot  123/500       3       8  0/480  day quota until 2026-11-22 00:00:00
    faster  ostinato resume pilot, once the quota of the day is raised
    ? help  p pause  + - speed  e errors  q detach
    "
  `);
});

test("a pipeline has a line for each step", () => {
  const status = experimentStatus({
    records: 100,
    completed: 40,
    failed: 2,
    ends: endsIn(5),
    groups: [groupStatus({ name: "rows", records: 100, completed: 40, failed: 2 })],
    steps: [
      {
        name: "write",
        use: "text-generation",
        models: ["openai/gpt-4o"],
        done: 61,
        failed: 2,
        dropped: 0,
        waiting: 3,
        inFlight: 5,
        perMinute: 60,
        requestsPerMinute: 60,
        heldBy: { kind: "requests" },
      },
      {
        name: "long enough",
        use: "filter",
        done: 44,
        failed: 0,
        dropped: 17,
        waiting: 0,
        inFlight: 0,
      },
      { name: "split", use: "expand", done: 212, failed: 0, dropped: 0, waiting: 7, inFlight: 0 },
    ],
  });
  expect(shown(status)).toMatchInlineSnapshot(`
    "
    pilot running, 42/100, 2 failed, ends 14:05:00 (14:04:00 to 14:06:00)
                                     done  failed  dropped  flight   rate  held by
    write        ━━━━━━━━━━──────  61/100       2                5  60/60  requests
    long enough  ━━━━━━━━━───────  44/100               17
    split                             212                                  7 wait
    ? help  p pause  + - speed  e errors  q detach
    "
  `);
});

test("a step of a pipeline has its cost, beside which a call of unknown price leaves a plus", () => {
  const counts = { done: 61, failed: 0, dropped: 0, waiting: 0, inFlight: 5 };
  const { spending } = spent(1.25);
  const status = experimentStatus({
    records: 100,
    completed: 40,
    failed: 0,
    groups: [groupStatus({ name: "rows", records: 100, completed: 40, failed: 0 })],
    steps: [
      { name: "write", use: "template", models: ["a/b"], ...counts, spending },
      {
        name: "judge",
        use: "template",
        models: ["a/c"],
        ...counts,
        spending: { ...spending, unknownCalls: 3 },
      },
      {
        name: "guess",
        use: "template",
        models: ["a/d"],
        ...counts,
        spending: { ...spending, cost: 0, unknownCalls: 61 },
      },
    ],
    ...spent(2.5),
  });
  for (const cost of [/^write .* \$1\.25$/m, /^judge .* \$1\.25\+$/m, /^guess .* unknown$/m]) {
    expect(shown(status)).toMatch(cost);
  }
});

test("the scores so far have their intervals, and those of several models", () => {
  const row = (change: object) => ({ scorer: "match", scored: 120, unscored: 0, ...change });
  const status = experimentStatus({
    scores: [
      row({ mean: 0.82, interval: { low: 0.744, high: 0.878, method: "wilson" } }),
      row({ model: "a/x", scored: 60, mean: 0.9, interval: { low: 0.8, high: 0.96, method: "t" } }),
      row({ model: "a/y", scored: 60, mean: 0.74 }),
      { scorer: "label", scored: 120, unscored: 0 },
    ],
  });
  expect(shown(status, { columns: 160 })).toContain(
    "\nscores  match 0.82 (0.744 to 0.878, n = 120); a/x 0.9 (0.8 to 0.96, n = 60); a/y 0.74 (n = 60)\n",
  );
  expect(shown({ ...status, state: "finished" })).not.toContain("scores");
});

test("keys that are too long for a line take two", () => {
  const line = keyLines("paused", false)[0] ?? "";
  const lines = shown(three, { columns: 60 }, { keys: [line], errors: false })
    .trimEnd()
    .split("\n");
  expect(lines.slice(-2)).toEqual([
    "? help  p resume  + - speed  e errors  q detach  r retry",
    "w Web UI",
  ]);
  expect(shown(three, { columns: 80 }, { keys: [line], errors: false })).toContain(`\n${line}\n`);
});

test("the column of calls in flight stays while none is in flight, so the others do not move", () => {
  const group = { name: "one", open: 0, perMinute: 10 };
  const groups = [groupStatus(group), groupStatus({ ...group, name: "other" })];
  expect(shown(experimentStatus({ groups }))).toMatch(/failed +flight +rate/);
});

test("before there are groups it tells the state", () => {
  const status = experimentStatus({
    state: "starting",
    groups: [],
    records: 0,
    completed: 0,
    failed: 0,
  });
  expect(renderLive(status, screen, { nowMs })).toEqual(["pilot starting"]);
});

test("an end is not promised while an experiment is paused or blocked", () => {
  for (const state of ["paused", "blocked"] as const) {
    const groups = [groupStatus({ state, heldBy: { kind: state } })];
    const lines = renderLive(experimentStatus({ state, groups }), screen, { nowMs });
    expect(lines.join("\n")).not.toMatch(/ends \d/);
    expect(lines[0]).toContain(`pilot ${state}`);
  }
});

describe("200 groups", () => {
  const groups = Array.from({ length: 200 }, (_, index) =>
    groupStatus({ name: `group-${index}`, state: index < 2 ? "finished" : "sending" }),
  );
  const many = { ...three, groups };

  test.each([20, 24, 50])("fit into %d rows, unfinished ones first", (rows) => {
    const lines = renderLive(many, { ...screen, rows }, { nowMs, view: keys });
    expect(lines).toHaveLength(rows - 1);
    expect(lines[2]).toMatch(/^group-2 /);
    const more = lines.find((line) => line.endsWith("more groups"));
    const rowsShown = lines.filter((line) => /^group-\d/.test(line)).length;
    expect(more).toBe(`${200 - rowsShown} more groups`);
  });
});

test.each([20, 40, 60, 80, 120, 200])("each line fits into %d columns", (columns) => {
  const groups = [
    groupStatus({ name: "実験".repeat(30), records: 1_000_000, failed: 100_000 }),
    groupStatus({ name: "a\u001b[2Jb\nc", heldBy: { kind: "in-flight", inFlight: 1_000 } }),
  ];
  const name = "\u001b[2Jx".repeat(40);
  for (const colours of [true, false]) {
    const lines = renderLive(
      { ...three, name, groups },
      { ...screen, columns, colours },
      { nowMs },
    );
    for (const line of lines) {
      expect(stringWidth(line)).toBeLessThan(columns);
      if (!colours) expect(line).not.toMatch(/\p{Cc}/u);
    }
  }
});

test("shows failures in red even where they are few", () => {
  const groups = [groupStatus({ completed: 499, failed: 1, state: "finished" })];
  const lines = renderLive(experimentStatus({ groups }), { ...screen, colours: true }, { nowMs });
  expect(lines.join("\n")).toContain("\u001b[31m━\u001b[39m");
});
