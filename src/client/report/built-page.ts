import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuiltPage } from "../../report/html/report-html.js";

/**
 * Reads a page that `npm run build` has bundled. Works in the built package and from the sources.
 *
 * @param page `page` is the page of a report; `view` is the page that reads its data from a server
 */
export async function readBuiltPage(page: "page" | "view" = "page"): Promise<BuiltPage> {
  const here = fileURLToPath(import.meta.url);
  const root = join(dirname(here), "..", "..", "..");
  const folder = here.endsWith(".ts") ? join(root, "dist", "page") : join(root, "page");
  const [script, style] = await Promise.all([
    readFile(join(folder, `${page}.js`), "utf8"),
    readFile(join(folder, `${page}.css`), "utf8"),
  ]);
  return { script, style };
}
