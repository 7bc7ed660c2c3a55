import { spawn } from "node:child_process";

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/**
 * Opens a page in the user's browser. Without one nothing happens, because its address is shown.
 */
export async function openPage(url: string): Promise<void> {
  const [program, ...given] = openers[process.platform] ?? ["xdg-open"];
  await new Promise<void>((resolve) => {
    const child = spawn(program, [...given, url], { detached: true, stdio: "ignore" });
    child.once("error", () => resolve());
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
  });
}
