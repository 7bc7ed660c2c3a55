import fc from "fast-check";
import { expect, it } from "vitest";
import type { PlannedReply } from "../../helpers/vendor-server.js";
import type { AdapterUnderTest } from "./adapter-under-test.js";
import { callOf, start } from "./one-call.js";

/** Checks that the text of a paid answer survives any values beside it. */
export function describeAnswers(adapter: AdapterUnderTest): void {
  // Each of the APIs answers with an object.
  const reply = adapter.reply as Readonly<Record<string, unknown>>;

  it("keeps an answer whose usage or model has a form of its own, and that form", async () => {
    const started = await start({ body: { ...reply, ...adapter.oddMembers.reply } });
    const answer = await adapter.create().send(callOf(adapter, started));
    expect(answer).toEqual({ ...adapter.answer, ...adapter.oddMembers.answer });
  });

  it.each(["NaN", "Infinity", "-Infinity"])("keeps an answer with a %s beside it", async (odd) => {
    const started = await start({
      body: JSON.stringify(reply).replace(/\{/, `{"score": ${odd}, `),
    });
    expect(await adapter.create().send(callOf(adapter, started))).toEqual(adapter.answer);
  });

  it("keeps the text whatever stands beside it", async () => {
    let planned: PlannedReply = {};
    const started = await start(() => planned);
    const provider = adapter.create();
    await fc.assert(
      fc.asyncProperty(changesOf(adapter), async (changes) => {
        planned = { body: changed(reply, changes) };
        const { response } = await provider.send(callOf(adapter, started));
        expect(response).toBe(adapter.answer.response);
      }),
      { numRuns: 150 },
    );
  });
}

type Path = readonly (string | number)[];

interface Change {
  readonly path: Path;
  readonly value: unknown;
}

function changesOf(adapter: AdapterUnderTest): fc.Arbitrary<readonly Change[]> {
  const { textPath, decisivePaths = [], reply } = adapter;
  const decisive = [textPath.join("."), ...decisivePaths];
  const paths = pathsIn(reply, []).filter(
    (path) => !decisive.some((one) => `${one}.`.startsWith(`${path.join(".")}.`)),
  );
  const added = fc.constantFrom("score", "created_by", "x").map((name) => [name]);
  const place: fc.Arbitrary<Path> = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...paths) },
    { weight: 1, arbitrary: added },
  );
  return fc.array(fc.record({ path: place, value: fc.jsonValue({ maxDepth: 2 }) }), {
    minLength: 1,
    maxLength: 4,
  });
}

/** The paths of all values in a value, at any depth. */
function pathsIn(value: unknown, path: Path): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const members = Object.entries(value).flatMap(([key, member]) =>
    pathsIn(member, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? members : [path, ...members];
}

function changed(reply: unknown, changes: readonly Change[]): unknown {
  const copy: unknown = structuredClone(reply);
  for (const { path, value } of changes) {
    const parent = path.slice(0, -1).reduce<unknown>((at, key) => memberOf(at, key), copy);
    const last = path.at(-1);
    if (typeof parent !== "object" || parent === null || last === undefined) continue;
    // The value may have been changed before, and accepts any member.
    (parent as Record<string | number, unknown>)[last] = value;
  }
  return copy;
}

function memberOf(value: unknown, key: string | number): unknown {
  // As above.
  return typeof value === "object" && value !== null
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}
