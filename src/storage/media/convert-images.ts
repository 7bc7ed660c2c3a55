import { readdir, readFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import type { Sharp } from "sharp";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { writeAtomically } from "../files/write-atomically.js";

/** The result for one file of the folder. */
export type ConvertedImage =
  | {
      readonly file: string;
      readonly result: "converted";
      readonly from: string;
      readonly to: string;
    }
  | { readonly file: string; readonly result: "kept" | "skipped" }
  | { readonly file: string; readonly result: "failed"; readonly problem: string };

const formats: Readonly<Record<string, "jpeg" | "png">> = {
  ".jpg": "jpeg",
  ".jpeg": "jpeg",
  ".png": "png",
};

/**
 * Converts the images of a folder in place to the format of their suffix: RGB in JPEG (`.jpg`,
 * `.jpeg`) or PNG (`.png`). Images in the right format keep their bytes. Other files and subfolders
 * are skipped. Unreadable images are reported and left unchanged.
 *
 * Throws a `UserError` if the folder is unreadable or sharp, an optional dependency, is missing.
 */
export async function* convertImages(folder: string): AsyncGenerator<ConvertedImage> {
  const names = await namesIn(resolve(folder));
  const sharp = await loadSharp();
  for (const file of names) {
    const format = formats[extname(file).toLowerCase()];
    if (format === undefined) {
      yield { file, result: "skipped" };
      continue;
    }
    yield await convert(sharp, { folder: resolve(folder), file, format });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    throw new UserError(
      `Could not read the folder ${JSON.stringify(folder)}: ${errorText(error)}. Name the folder with the images.`,
      { cause: error },
    );
  }
}

type MakeSharp = (bytes: Buffer) => Sharp;

async function loadSharp(): Promise<MakeSharp> {
  try {
    return (await import("sharp")).default;
  } catch (error) {
    throw new UserError(
      `Converting images takes the package sharp, which could not be loaded: ${errorText(error)}. Install it with \`npm install sharp\`.`,
      { cause: error },
    );
  }
}

interface Image {
  readonly folder: string;
  readonly file: string;
  readonly format: "jpeg" | "png";
}

async function convert(sharp: MakeSharp, { folder, file, format }: Image): Promise<ConvertedImage> {
  const path = join(folder, file);
  try {
    const bytes = await readFile(path);
    const { format: from, space } = await sharp(bytes).metadata();
    if (from === format && space !== "cmyk") return { file, result: "kept" };
    const rgb = sharp(bytes).autoOrient().toColourspace("srgb");
    const whole =
      format === "jpeg" ? rgb.flatten({ background: "white" }).jpeg({ quality: 95 }) : rgb.png();
    await writeAtomically(path, await whole.toBuffer());
    return { file, result: "converted", from: describe(from, space), to: format };
  } catch (error) {
    return { file, result: "failed", problem: errorText(error) };
  }
}

function describe(format: string, space: string | undefined): string {
  return space === "cmyk" ? `${format} (cmyk)` : format;
}
