import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { parseRecord } from "../../../src/storage/input/parse-record.js";
import { createOpenRegistry } from "../../../src/providers/registry/open-registry.js";
import { ProviderError } from "../../../src/providers/provider.js";
import type { ProviderCall } from "../../../src/providers/provider.js";

const folder = mkdtempSync(join(tmpdir(), "ostinato-own-api-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function moduleOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

function callOf(given: Partial<ProviderCall> = {}): ProviderCall {
  return {
    record: { api: "mine", prompt: "Hello", model_name: "m-1" },
    environment: {},
    turn: 0,
    answers: [],
    mediaFolder: folder,
    attempt: 1,
    signal: new AbortController().signal,
    ...given,
  };
}

const answering = (name: string, response: string): string =>
  `export default { name: "${name}", send: async () => ({ response: "${response}" }) };`;

describe("a registry with a user's own APIs", () => {
  it("has ours and theirs", async () => {
    const path = await moduleOf("plain.mjs", answering("mine", "Hi"));
    const registry = await createOpenRegistry()([path]);
    expect(registry.names).toEqual(expect.arrayContaining(["test", "mine"]));
    expect(registry.checkRecord(callOf().record)).toEqual([]);
    const mine = await registry.loadProvider("mine");
    expect(await mine.send(callOf())).toEqual({ response: "Hi" });
    expect(mine.missingVariables(callOf().record, {})).toEqual([]);
    expect(registry.checkRecord({ api: "mien", prompt: "x" }).join()).toContain('"mine"?');
  });

  it("gives them numbers, even beyond 2^53", async () => {
    const path = await moduleOf(
      "seed.mjs",
      `export default { name: "mine", send: async ({ record }) => ({ response: typeof record.parameters.seed }) };`,
    );
    const mine = await (await createOpenRegistry()([path])).loadProvider("mine");
    const parsed = parseRecord(
      '{"api":"mine","prompt":"x","parameters":{"seed":9007199254740993}}',
    );
    expect(parsed).toHaveProperty("record");
    const { record } = parsed as { record: ProviderCall["record"] };
    expect(await mine.send({ ...callOf(), record })).toEqual({ response: "number" });
  });

  it("honours the parameters that they demand, and their price list", async () => {
    const path = await moduleOf(
      "demanding.mjs",
      `export default {
        name: "mine",
        demandedParameters: { max_tokens: 64, top_p: 1 },
        priceList: { vendor: "openai", baseUrls: ["MINE_URL"] },
        send: async ({ record }) => ({ response: JSON.stringify(record.parameters) }),
      };`,
    );
    const registry = await createOpenRegistry()([path]);
    expect(registry.demandedParameters("mine")).toEqual({ max_tokens: 64, top_p: 1 });
    const mine = await registry.loadProvider("mine");
    expect(mine.priceList).toEqual({ vendor: "openai", baseUrls: ["MINE_URL"] });
    const record = { ...callOf().record, parameters: { top_p: 0.5 } };
    expect(await mine.send(callOf({ record }))).toEqual({
      response: '{"max_tokens":64,"top_p":0.5}',
    });
  });

  it.each([
    ["secretVariable: []", "got `secretVariable` (did you mean `secretVariables`?)"],
    ["tokensOf: () => undefined", "an API without `tokensOf`"],
    ["demandedParameters: [1]", "`demandedParameters` is an object"],
    ["priceList: { vendor: 'openai' }", "`priceList` is an object such as"],
    ["longestAnswer: 'max_tokens'", "`longestAnswer` is a list"],
  ])("refuses %s", async (member, problem) => {
    const text = `export default { name: "mine", send: async () => ({}), helper: 1, ${member} };`;
    const path = await moduleOf(`odd-${member.slice(0, 9)}.mjs`, text);
    await expect(createOpenRegistry()([path])).rejects.toThrow(problem);
  });

  it("keeps two modules of one name apart, and shares the adapter of one", async () => {
    const open = createOpenRegistry();
    const [one, two] = [
      await moduleOf("one.mjs", answering("mine", "one")),
      await moduleOf("two.mjs", answering("mine", "two")),
    ];
    const adapters = await Promise.all(
      [one, two, one].map(async (path) => (await open([path])).loadProvider("mine")),
    );
    const answers = await Promise.all(adapters.map(async (each) => each.send(callOf())));
    expect(answers.map(({ response }) => response)).toEqual(["one", "two", "one"]);
    expect(adapters[0]).toBe(adapters[2]);
  });

  it("loads a module anew once it was changed, and leaves who has the old one alone", async () => {
    const open = createOpenRegistry();
    const path = await moduleOf("changed.mjs", answering("mine", "before"));
    const before = await (await open([path])).loadProvider("mine");
    await moduleOf("changed.mjs", answering("mine", "after"));
    const after = await (await open([path])).loadProvider("mine");
    expect((await before.send(callOf())).response).toBe("before");
    expect((await after.send(callOf())).response).toBe("after");
  });

  it.each([
    ["is missing", undefined, "ENOENT"],
    ["does not parse", "export default {", "can't be loaded"],
    ["throws", "throw new RangeError('no luck');", "RangeError: no luck"],
    ["exports nothing", "export const x = 1;", "`name` and `send`, got none"],
    ["has no send", "export default { name: 'x' };", "a function `send`"],
    ["has an odd name", "export default { name: 'a/b', send() {} };", '"a/b"'],
    ["has an odd check", "export default { name: 'x', send() {}, check: 1 };", "`check`"],
    [
      "has odd secrets",
      "export default { name: 'x', send() {}, secretVariables: 'K' };",
      "`secretVariables`",
    ],
    ["takes one of our names", answering("openai", "x"), "one of Ostinato's own APIs"],
  ])("refuses a module that %s", async (what, text, message) => {
    const path = join(folder, `refused-${what.replaceAll(/\W/g, "-")}.mjs`);
    if (text !== undefined) await writeFile(path, text);
    const opening = createOpenRegistry()([path]);
    await expect(opening).rejects.toThrow(UserError);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toThrow(JSON.stringify(path));
  });

  it("refuses two modules of one experiment that share a name", async () => {
    const paths = [
      await moduleOf("first.mjs", answering("mine", "1")),
      await moduleOf("second.mjs", answering("mine", "2")),
    ];
    await expect(createOpenRegistry()(paths)).rejects.toThrow("another of --provider");
  });

  it("needs the secret variables of an API, the model's own first", async () => {
    const path = await moduleOf(
      "secret.mjs",
      'export default { name: "mine", secretVariables: ["MY_KEY"], send: async () => ({ response: "" }) };',
    );
    const registry = await createOpenRegistry()([path]);
    const mine = await registry.loadProvider("mine");
    expect(registry.secretVariables).toContain("MY_KEY");
    expect(mine.missingVariables(callOf().record, {})).toEqual(["MY_KEY_m_1 or MY_KEY"]);
    expect(mine.missingVariables(callOf().record, { MY_KEY_m_1: "x" })).toEqual([]);
  });
});

describe("what an own API throws", () => {
  const key = "canary-5d1f0c";
  const failing = async (
    thrown: string,
    given: Partial<ProviderCall> = {},
  ): Promise<ProviderError> => {
    const text = `export default { name: "mine", secretVariables: ["MY_KEY"], send: async ({ environment, signal }) => { ${thrown} } };`;
    const path = await moduleOf(`throws-${Math.random().toString()}.mjs`, text);
    const mine = await (await createOpenRegistry()([path])).loadProvider("mine");
    const error: unknown = await mine
      .send(callOf({ environment: { MY_KEY: key }, ...given }))
      .catch((caught: unknown) => caught);
    if (!(error instanceof ProviderError)) throw new Error("Expected a ProviderError.");
    return error;
  };

  it.each<[string, string, object]>([
    [
      "facts, whoever made the error",
      'throw Object.assign(new Error("slow down"), { facts: { kind: "status", status: 429, headers: { "retry-after": "3" } } });',
      { kind: "status", status: 429, headers: { "retry-after": "3" } },
    ],
    [
      "a status with headers, as vendors' clients have it",
      'throw Object.assign(new Error("no"), { status: 503, headers: new Headers({ "retry-after": "2", cookie: "x" }) });',
      { kind: "status", status: 503, headers: { "retry-after": "2" } },
    ],
    [
      "a failed fetch",
      'await fetch("http://127.0.0.1:54329/");',
      { kind: "connection", code: "ECONNREFUSED" },
    ],
    ["any other error, as a bug", "null.x;", { kind: "internal" }],
    ["no answer at all, as a bug", "return undefined;", { kind: "internal" }],
    ["an answer that is no object, as a bug", 'return "text";', { kind: "internal" }],
    [
      "facts of an unknown kind, as a bug",
      'throw { facts: { kind: "odd" } };',
      { kind: "internal" },
    ],
  ])("is understood: %s", async (_, thrown, facts) => {
    expect((await failing(thrown)).facts).toEqual(facts);
  });

  it("never shows the API's keys", async () => {
    const error = await failing(
      'throw Object.assign(new Error("bad " + environment.MY_KEY), { facts: { kind: "status", status: 401, code: environment.MY_KEY } });',
    );
    expect(error.message).toBe("bad [redacted]");
    expect(JSON.stringify(error.facts)).not.toContain(key);
  });

  it("is a timeout or an abort where the call's signal has fired", async () => {
    const signal = AbortSignal.timeout(20);
    const waiting =
      "signal.throwIfAborted(); await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('x'))));";
    expect((await failing(waiting, { signal })).facts).toEqual({ kind: "timeout" });
  });
});
