import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deleteMedia, listMedia, uploadMedia } from "../../../src/index.js";
import type { UploadedMedia, UploadOptions } from "../../../src/index.js";
import { startGeminiFilesServer } from "../../helpers/gemini-files-server.js";
import type { FilesServerOptions, GeminiFilesServer } from "../../helpers/gemini-files-server.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { png } from "../../providers/contract/png.js";

const key = "AIza-canary-0123456789";
const mp4 = Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "latin1");

let folder: string;
let server: GeminiFilesServer;

beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, "data", "media", "a"), { recursive: true });
});
afterEach(async () => {
  await server.close();
});

async function start(options: FilesServerOptions = {}): Promise<void> {
  server = await startGeminiFilesServer(options);
}

function env(): Record<string, string> {
  return { GEMINI_API_KEY: key, GEMINI_BASE_URL: server.origin };
}

const experiment = [
  '{"id": 1.0, "api": "gemini", "model_name": "g", "prompt": [{"role": "user", "parts": ["What?", {"type": "image", "media": "a/b.jpg"}]}], "big": 12345678901234567890}',
  '{"id":2,"api":"gemini","model_name":"g","prompt":[{"role":"user","parts":{"type":"video","media":"c.mp4","mime_type":"video/mp4"}}],"note":NaN}',
  '{"id": 3, "api": "gemini", "model_name": "g", "prompt": [{"role": "user", "parts": [{"type": "text", "media": "not a file"}, {"type": "image", "media": "https://example.org/x.png"}]}]}',
  '{"id": 4, "api": "gemini",   "model_name": "g", "prompt": ["One?", "Two?"]}',
  '{"id": 5, "api": "openai", "model_name": "o", "prompt": [{"role": "user", "content": [{"type": "image_url", "image_url": "a/b.jpg"}]}]}',
  '{"id": 6, "api": "gemini", "model_name": "g", "prompt": [{"role": "user", "parts": [{"type": "image", "media": "copy.jpg", "uploaded_filename": "files/gone"}]}]}',
];

function write(lines: readonly string[] = experiment): string {
  const media = join(folder, "data", "media");
  writeFileSync(join(media, "a", "b.jpg"), png);
  writeFileSync(join(media, "copy.jpg"), png);
  writeFileSync(join(media, "c.mp4"), mp4);
  const file = join(folder, "pilot.jsonl");
  writeFileSync(file, lines.join("\n"));
  return file;
}

function upload(changes: Partial<UploadOptions> = {}): Promise<UploadedMedia> {
  return uploadMedia({
    file: join(folder, "pilot.jsonl"),
    mediaFolder: join(folder, "data", "media"),
    envFile: join(folder, ".env"),
    env: env(),
    pollMs: 5,
    ...changes,
  });
}

function uploads(): number {
  return server.requests.filter((request) => request === "POST /upload/v1beta/files").length;
}

describe("uploadMedia", () => {
  it("takes a CSV file, and writes its records as JSON lines", async () => {
    await start();
    write();
    const image = { type: "image", media: "a/b.jpg" };
    const promptWith = (part: object): unknown => [{ role: "user", parts: ["What?", part] }];
    const cell = JSON.stringify(promptWith(image)).replaceAll('"', '""');
    const file = join(folder, "table.csv");
    writeFileSync(file, `id,api,model_name,prompt\n007,gemini,g,"${cell}"\n008,test,,Hello\n`);
    const { output, files } = await upload({ file });
    expect(output).toBe(join(folder, "table_uploaded.jsonl"));
    const [first, second] = readFileSync(output, "utf8").trimEnd().split("\n");
    const prompt = promptWith({ ...image, uploaded_filename: files[0]!.name });
    expect(JSON.parse(first!)).toEqual({ id: "007", api: "gemini", model_name: "g", prompt });
    expect(JSON.parse(second!)).toEqual({ id: "008", api: "test", prompt: "Hello" });
  });

  it("names each row of a CSV file that is no record", async () => {
    await start();
    const file = join(folder, "table.csv");
    writeFileSync(file, "id,api,prompt\n1,gemini,Hello\n2,gemini,Hello,there\n");
    await expect(upload({ file })).rejects.toThrow(
      /can't be read whole:\n {2}row 3: .*at most 3 cells/,
    );
  });

  it("uploads each content once and names it in a new file, which is else the same", async () => {
    await start();
    const file = write();
    const before = readFileSync(file);
    const { output, records, files } = await upload();
    expect(records).toBe(6);
    expect(output).toBe(join(folder, "pilot_uploaded.jsonl"));
    expect(files.map(({ path }) => path).sort()).toEqual(["a/b.jpg", "c.mp4", "copy.jpg"]);
    // Two files have the same content. Only the first one that is read is uploaded.
    const uploaded = files.filter((one) => one.uploaded).map(({ path }) => path);
    expect([
      ["a/b.jpg", "c.mp4"],
      ["c.mp4", "copy.jpg"],
    ]).toContainEqual(uploaded.sort());
    const nameOf = (path: string): string => files.find((one) => one.path === path)?.name ?? "";
    expect(nameOf("copy.jpg")).toBe(nameOf("a/b.jpg"));
    expect(uploads()).toBe(2);
    expect(readFileSync(file)).toEqual(before);
    const lines = readFileSync(output, "utf8").split("\n");
    expect(lines.slice(2, 5)).toEqual(experiment.slice(2, 5));
    expect(lines[0]).toBe(
      `{"id": 1.0, "api": "gemini", "model_name": "g", "prompt": [{"role":"user","parts":["What?",{"type":"image","media":"a/b.jpg","uploaded_filename":"${nameOf("a/b.jpg")}"}]}], "big": 12345678901234567890}`,
    );
    expect(lines[1]).toContain(`"uploaded_filename":"${nameOf("c.mp4")}"}}],"note":NaN}`);
    expect(lines[5]).toContain(`"uploaded_filename":"${nameOf("copy.jpg")}"`);
    expect([...server.keys]).toEqual([key]);
  });

  it("sends the file itself, under its real type and its own name", async () => {
    await start();
    write();
    const { files } = await upload();
    const image = files.find(({ path }) => path === "a/b.jpg")!;
    expect(server.files.get(image.name)).toMatchObject({ mimeType: "image/png", content: png });
    expect(image).toMatchObject({ mimeType: "image/png", bytes: png.length });
    expect(["b.jpg", "copy.jpg"]).toContain(server.files.get(image.name)?.displayName);
    const video = files.find(({ path }) => path === "c.mp4")!;
    expect(server.files.get(video.name)?.mimeType).toBe("video/mp4");
  });

  it.each(["bytes", "text"] as const)(
    "uploads nothing twice, where the API tells hashes as %s",
    async (hashOf) => {
      await start({ hashOf });
      write();
      const first = await upload();
      const second = await upload({ overwrite: true });
      expect(uploads()).toBe(2);
      const named = ({ files }: UploadedMedia): unknown =>
        files.map(({ path, name }) => [path, name]).sort();
      expect(named(second)).toEqual(named(first));
      expect(second.files.every(({ uploaded }) => !uploaded)).toBe(true);
    },
  );

  it("waits until the API has processed a file", async () => {
    await start({ processingFor: 3 });
    write();
    const steps: string[] = [];
    await upload({ onProgress: ({ step }) => steps.push(step) });
    expect(new Set(steps)).toEqual(new Set(["uploading", "processing", "ready"]));
    expect([...server.files.values()].map(({ state }) => state)).toEqual(["ACTIVE", "ACTIVE"]);
  });

  it("says which file the API could not process, and writes no file", async () => {
    await start({ processingFor: 1, endState: "FAILED" });
    write([experiment[1]!]);
    await expect(upload()).rejects.toThrow(
      "The API could not process c.mp4 (files/f-1): The video has no frames.",
    );
    expect(existsSync(join(folder, "pilot_uploaded.jsonl"))).toBe(false);
  });

  it("uploads for the account of each model", async () => {
    await start();
    write([experiment[0]!, experiment[0]!.replace('"g"', '"h"')]);
    const { files } = await upload({
      env: { ...env(), GEMINI_API_KEY_h: "AIza-other-0123456789" },
    });
    expect([...server.keys].sort()).toEqual([key, "AIza-other-0123456789"].sort());
    expect(files).toHaveLength(2);
  });

  it("takes a file whose name has other letters", async () => {
    await start();
    write([experiment[0]!.replace("a/b.jpg", "日本.jpg")]);
    writeFileSync(join(folder, "data", "media", "日本.jpg"), png);
    const { files } = await upload();
    expect(server.files.get(files[0]!.name)).toMatchObject({
      displayName: "日本.jpg",
      content: png,
    });
  });

  it("names every missing file and every bad line before anything is uploaded", async () => {
    await start();
    write();
    rmSync(join(folder, "data", "media", "c.mp4"));
    rmSync(join(folder, "data", "media", "copy.jpg"));
    await expect(upload()).rejects.toThrow(/"c.mp4": it is not there\n {2}"copy.jpg": it is/);
    write([...experiment, "{", '{"api": 3}']);
    await expect(upload()).rejects.toThrow(/line 7: Expected JSON.*\n {2}line 8: Expected `api`/);
    write([experiment[0]!.replace("a/b.jpg", "../../pilot.jsonl")]);
    await expect(upload()).rejects.toThrow('"../../pilot.jsonl": it lies outside');
    expect(server.requests).toEqual([]);
  });

  it("writes over no file that is there, nor over the experiment", async () => {
    await start();
    const file = write();
    writeFileSync(join(folder, "pilot_uploaded.jsonl"), "mine");
    await expect(upload()).rejects.toThrow("already exists. Use `--overwrite-output`");
    await expect(upload({ output: file, overwrite: true })).rejects.toThrow("an output other than");
    expect(server.requests).toEqual([]);
    expect(readFileSync(join(folder, "pilot_uploaded.jsonl"), "utf8")).toBe("mine");
  });

  it("says where there is nothing to upload", async () => {
    await start();
    write([experiment[3]!, experiment[4]!]);
    await expect(upload()).rejects.toThrow("There is nothing to upload.");
  });

  it("is a user's matter without a key, and with one that the API refuses, which it never shows", async () => {
    await start({ refusal: { status: 403, message: `No such key: ${key}` } });
    write();
    await expect(upload({ env: {} })).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringContaining("'GEMINI_API_KEY_g'") as string,
    });
    const error: unknown = await upload().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "UserError",
      message: expect.stringContaining("failed with status 403: No such key: [redacted]") as string,
    });
  });
});

describe("listMedia and deleteMedia", () => {
  it("lists all pages of files", async () => {
    await start();
    write();
    writeFileSync(join(folder, "data", "media", "copy.jpg"), Buffer.concat([png, png]));
    await upload();
    const files = await listMedia({ env: env(), envFile: join(folder, ".env") });
    expect(files.map(({ name, state }) => [name, state])).toEqual([
      ["files/f-1", "ACTIVE"],
      ["files/f-2", "ACTIVE"],
      ["files/f-3", "ACTIVE"],
    ]);
    expect(files[0]).toMatchObject({ mimeType: expect.any(String) as string });
    expect(files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? ""))).toBe(true);
  });

  it("deletes what is named, by name or by an experiment, and nothing else", async () => {
    await start();
    write();
    const { output } = await upload();
    server.files.set("files/other", { ...server.files.get("files/f-1")! });
    const account = { env: env(), envFile: join(folder, ".env") };
    expect(await deleteMedia({ targets: [output], ...account })).toEqual([
      { name: expect.stringMatching(/^files\/f-[12]$/) as string, deleted: true },
      { name: expect.stringMatching(/^files\/f-[12]$/) as string, deleted: true },
    ]);
    expect([...server.files.keys()]).toEqual(["files/other"]);
    expect(await deleteMedia({ targets: ["files/f-1", "files/other"], ...account })).toEqual([
      { name: "files/f-1", deleted: false },
      { name: "files/other", deleted: true },
    ]);
  });

  it("deletes nothing where no name is given", async () => {
    await start();
    await expect(deleteMedia({ targets: [], env: env() })).rejects.toThrow("Expected the names of");
    expect(server.requests).toEqual([]);
  });
});
