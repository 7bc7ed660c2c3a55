// Prints the path of Chromium or Chrome, or the sentence that says how to get it, with exit code 1.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/snap/bin/chromium",
];

export const noChromium =
  "The tests of the page need Chromium, which is not installed. Install it with `apt-get install chromium` on Debian, or set OSTINATO_CHROMIUM to the path of Chromium or Chrome.";

/** The path of the browser, or `undefined`. */
export function findChromium({ OSTINATO_CHROMIUM: given, PATH = "" } = process.env) {
  if (given) return existsSync(given) ? given : undefined;
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const usual = ["/usr/bin", "/usr/local/bin"].flatMap((folder) =>
    names.map((name) => join(folder, name)),
  );
  return [...onPath, ...usual, ...places].find((path) => existsSync(path));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const path = findChromium();
  console.log(path ?? noChromium);
  process.exitCode = path === undefined ? 1 : 0;
}
