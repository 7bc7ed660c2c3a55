import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { PromptRecord } from "../../../src/domain/record/prompt-record.js";
import { parseRecord } from "../../../src/storage/input/parse-record.js";
import { tokensOf } from "../../../src/providers/tokens/count-tokens.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import type { AdapterUnderTest, PromptFormCase } from "./adapter-under-test.js";
import { canary } from "./failure-rows.js";
import { callOf, failureOf, shown, start } from "./one-call.js";

/** The request and the answer for each form of a prompt. */
export function describePrompts(adapter: AdapterUnderTest): void {
  const exchange = async (form: PromptFormCase): Promise<void> => {
    const started = await start({ body: form.reply ?? adapter.reply });
    const call = callOf(adapter, started, {
      record: { ...adapter.record, ...form.given } as PromptRecord,
      turn: form.turn ?? 0,
      answers: form.answers ?? [],
      mediaFolder: await mediaFolderOf(form.media ?? {}),
    });
    const provider = adapter.create();
    expect(provider.check(call.record)).toEqual([]);
    const answer = await provider.send(call);
    expect(started.requests).toHaveLength(1);
    const { method, path, body, headers } = started.requests[0]!;
    expect({ method, path, body }).toEqual({
      method: "POST",
      path: form.sent.path,
      body: form.sent.body,
    });
    expect(headers).toMatchObject(form.sent.headers ?? {});
    expect(answer).toEqual(form.answer ?? adapter.answer);
    expect(shown(answer)).not.toContain(canary);
    const media = Object.keys(form.media ?? {});
    expect(provider.media?.(call.record).map(({ path: named }) => named) ?? []).toEqual(media);
  };

  for (const form of adapter.forms) it(`sends ${form.title}`, () => exchange(form));

  it("knows the tokens in the usage of an answer", () => {
    const { answer, create, tokens } = adapter;
    expect(tokensOf(create(), answer.usage ?? {})).toEqual(tokens);
  });

  it("passes unknown parameters on, and quotes the API that refuses them", async () => {
    const reply = { status: 400, body: adapter.errorBody("Unknown parameter: 'unheard_of'") };
    const started = await start(reply);
    const record: PromptRecord = {
      ...adapter.record,
      parameters: { ...adapter.record.parameters, unheard_of: [1, null] },
    };
    const error = await failureOf(adapter.create(), callOf(adapter, started, { record }));
    expect(error.message).toContain("Unknown parameter: 'unheard_of'");
    expect(started.requests[0]?.text).toContain('"unheard_of":[1,null]');
  });

  it("sends a whole number beyond 2^53 as it stands in the file", async () => {
    const started = await start({ body: adapter.reply });
    const { parameters, ...rest } = adapter.record;
    const given = { ...rest, parameters: { ...parameters, random_seed: 0 } };
    const parsed = parseRecord(
      JSON.stringify(given).replace('"random_seed":0', '"random_seed":9007199254740993'),
    );
    // The suite's own record is sound.
    const { record } = parsed as { record: PromptRecord };
    const provider = adapter.create();
    expect(provider.check(record)).toEqual([]);
    await provider.send(callOf(adapter, started, { record }));
    expect(started.requests[0]?.text).toContain('"random_seed":9007199254740993');
  });

  it.each(adapter.refusedPrompts)("refuses the prompt %j, and sends nothing", async (prompt) => {
    const started = await start({ body: adapter.reply });
    // Prompts come from a file, as whatever JSON is there.
    const record: PromptRecord = { ...adapter.record, prompt: prompt as PromptRecord["prompt"] };
    expect(adapter.create().check(record)).not.toEqual([]);
    const error = await failureOf(adapter.create(), callOf(adapter, started, { record }));
    expect(error.facts.kind).toBe("bad-prompt");
    expect(started.requests).toEqual([]);
  });
}

async function mediaFolderOf(files: Readonly<Record<string, Buffer>>): Promise<string> {
  const folder = temporaryFolder();
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}
