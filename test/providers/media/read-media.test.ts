import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readMedia } from "../../../src/providers/media/read-media.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { png } from "../contract/png.js";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

describe("readMedia", () => {
  const pdf = Buffer.from("%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n");
  const svg = Buffer.from('<?xml version="1.0"?>\n<!-- an owl -->\n<svg viewBox="0 0 1 1"/>');

  it.each([
    ["misnamed.jpg", png, "image/png"],
    ["paper", pdf, "application/pdf"],
    ["drawing.png", svg, "image/svg+xml"],
    ["notes.txt", Buffer.from("An owl."), "text/plain"],
    ["unknown.XYZ", Buffer.from([1, 2, 3]), "application/octet-stream"],
    ["empty.png", Buffer.alloc(0), "image/png"],
  ])("gives the bytes of %s and their real type", async (path, bytes, mimeType) => {
    await writeFile(join(folder, path), bytes);
    expect(await readMedia(folder, { path })).toEqual({ mimeType, bytes });
  });

  it("refuses a file that is larger than the API takes, and names both sizes", async () => {
    await writeFile(join(folder, "large.png"), png);
    await truncate(join(folder, "large.png"), 20_500_000);
    const reading = readMedia(folder, { path: "large.png", mostBytes: 20_000_000 });
    await expect(reading).rejects.toMatchObject({
      facts: { kind: "bad-prompt" },
      message:
        'Expected "large.png" to have at most 20 MB, which is what the API takes, got 20.5 MB. Make the file smaller.',
    });
  });

  it("reads images alone from the whole file system", async () => {
    await writeFile(join(folder, "a.png"), png);
    await writeFile(join(folder, "key.pem"), "secret");
    const media = await readMedia("/", { path: join(folder, "a.png") });
    expect(media.mimeType).toBe("image/png");
    const secret = readMedia("/", { path: join(folder, "key.pem") });
    await expect(secret).rejects.toThrow("it is no image, but application/octet-stream");
  });

  it("takes a file of just the size that the API takes", async () => {
    await writeFile(join(folder, "a.png"), png);
    const media = await readMedia(folder, { path: "a.png", mostBytes: png.length });
    expect(media.mimeType).toBe("image/png");
  });
});
