import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { convertImages } from "../../../src/index.js";
import type { ConvertedImage } from "../../../src/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const canvas = {
  create: { width: 8, height: 4, channels: 4, background: { r: 200, g: 10, b: 10, alpha: 0.5 } },
} as const;

async function convert(folder: string): Promise<readonly ConvertedImage[]> {
  const found: ConvertedImage[] = [];
  for await (const image of convertImages(folder)) found.push(image);
  return found;
}

describe("convertImages", () => {
  it("makes images what their suffixes say, and leaves alone what is right or no image", async () => {
    const folder = temporaryFolder();
    const files = {
      "cmyk.jpg": await sharp(canvas).flatten().toColourspace("cmyk").jpeg().toBuffer(),
      "is-png.jpg": await sharp(canvas).png().toBuffer(),
      "is-webp.PNG": await sharp(canvas).webp().toBuffer(),
      "notes.txt": Buffer.from("Largo"),
      "right.jpeg": await sharp(canvas).flatten().jpeg().toBuffer(),
      "right.png": await sharp(canvas).png().toBuffer(),
      "text.jpg": Buffer.from("no image"),
    };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    mkdirSync(join(folder, "below.png"));

    expect(await convert(folder)).toEqual([
      { file: "cmyk.jpg", result: "converted", from: "jpeg (cmyk)", to: "jpeg" },
      { file: "is-png.jpg", result: "converted", from: "png", to: "jpeg" },
      { file: "is-webp.PNG", result: "converted", from: "webp", to: "png" },
      { file: "notes.txt", result: "skipped" },
      { file: "right.jpeg", result: "kept" },
      { file: "right.png", result: "kept" },
      { file: "text.jpg", result: "failed", problem: expect.any(String) as string },
    ]);

    const seen = async (name: string): Promise<unknown> => {
      const { format, space, hasAlpha, width, height } = await sharp(
        readFileSync(join(folder, name)),
      ).metadata();
      return { format, space, hasAlpha, width, height };
    };
    const jpeg = { format: "jpeg", space: "srgb", hasAlpha: false, width: 8, height: 4 };
    expect(await seen("cmyk.jpg")).toEqual(jpeg);
    expect(await seen("is-png.jpg")).toEqual(jpeg);
    expect(await seen("is-webp.PNG")).toEqual({ ...jpeg, format: "png", hasAlpha: true });
    for (const name of ["notes.txt", "right.jpeg", "right.png", "text.jpg"] as const) {
      expect(readFileSync(join(folder, name))).toEqual(files[name]);
    }

    const again = await convert(folder);
    expect(again.map(({ result }) => result)).not.toContain("converted");
  });

  it("turns an image as its EXIF data says, since what converts it drops them", async () => {
    const folder = temporaryFolder();
    const turned = await sharp(canvas).webp().withMetadata({ orientation: 6 }).toBuffer();
    writeFileSync(join(folder, "turned.jpg"), turned);
    await convert(folder);
    const { width, height } = await sharp(readFileSync(join(folder, "turned.jpg"))).metadata();
    expect([width, height]).toEqual([4, 8]);
  });

  it("says which folder it could not read", async () => {
    await expect(convert(join(temporaryFolder(), "none"))).rejects.toThrow(/Could not read.*none"/);
  });
});
