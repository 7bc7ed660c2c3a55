import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

/**
 * Builds dist/page: the pages of `ostinato report` and `ostinato view`, each one script and one
 * style sheet.
 */
export async function buildPage() {
  const { build } = await import("esbuild");
  const folder = join(root, "dist", "page");
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: {
      page: join(root, "src/page/main.tsx"),
      view: join(root, "src/page/view-main.tsx"),
    },
    outdir: folder,
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    // A page has its script and its styles inside, where these end tags would end them.
    supported: { "inline-script": false, "inline-style": false },
    logLevel: "warning",
  });
}
