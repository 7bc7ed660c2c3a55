import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const worker = fileURLToPath(new URL("../../worker/main.ts", import.meta.url));

test.each([
  ["HTTPS_PROXY", "socks5://user:secret@proxy:1080", /HTTPS_PROXY .* got "socks5:\/\/proxy:1080"/],
  ["SSL_CERT_FILE", "/nonexistent.pem", /SSL_CERT_FILE .* got "\/nonexistent\.pem"/],
])(
  "a worker ends at its start if %s is %s",
  async (name, value, message) => {
    const variables = { https_proxy: undefined, [name]: value };
    const child = spawn(process.execPath, ["--import", "tsx", worker], {
      env: { ...process.env, ...variables },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("secret");
  },
  60_000,
);
