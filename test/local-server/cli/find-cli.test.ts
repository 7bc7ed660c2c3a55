import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { create } from "tar";
import { describe, expect, it, onTestFinished } from "vitest";
import { downloadCli } from "../../../src/local-server/cli/download-cli.js";
import { getTemporalCli } from "../../../src/local-server/cli/find-cli.js";
import type { ServerProgress } from "../../../src/local-server/server/progress.js";
import { ServerUnavailableError } from "../../../src/local-server/server/server-unavailable-error.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { writeProgram } from "../../helpers/write-program.js";

const says = (server: string): string =>
  `echo "temporal version 1.5.1 (Server ${server}, UI 2.42.1)"`;
/** Nothing listens there: a connection is refused at once. */
const nowhere = "http://127.0.0.1:1/cli";

interface SetUp {
  readonly cache: string;
  readonly bin: string;
  readonly env: Record<string, string>;
}

function setUp(): SetUp {
  const folder = temporaryFolder();
  const cache = join(folder, "cache");
  const bin = join(folder, "bin");
  const env = {
    PATH: bin,
    OSTINATO_CACHE: cache,
    OSTINATO_TEMPORAL_CLI_URL: nowhere,
  };
  return { cache, bin, env };
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}/cli`;
}

/** An archive like that of the release: a licence and the binary. */
async function makeArchive(server: string): Promise<{ bytes: Buffer; sha256: string }> {
  const folder = temporaryFolder();
  writeProgram(join(folder, "temporal"), says(server));
  writeFileSync(join(folder, "LICENSE"), "MIT");
  const file = join(folder, "archive.tar.gz");
  await create({ gzip: true, file, cwd: folder }, ["LICENSE", "temporal"]);
  const bytes = readFileSync(file);
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** The files that a search left in the cache, except the lock. */
function kept(cache: string): readonly string[] {
  return existsSync(cache) ? readdirSync(cache, { recursive: true }).map(String).sort() : [];
}

const cached = ["temporal-cli-1.5.1", "temporal-cli-1.5.1/temporal"];

describe("getTemporalCli", () => {
  it("takes the one on the PATH first, and makes nothing", async () => {
    const { bin, cache, env } = setUp();
    writeProgram(join(cache, "temporal-cli-1.5.1", "temporal"), says("1.29.1"));
    const path = writeProgram(join(bin, "temporal"), says("1.30.2"));
    const cli = await getTemporalCli({ env });
    expect(cli).toEqual({ path, source: "path", serverVersion: "1.30.2" });
    expect(kept(cache)).toEqual(cached);
  });

  it("passes over a `temporal` on the PATH that is no Temporal CLI", async () => {
    const { bin, cache, env } = setUp();
    writeProgram(join(bin, "temporal"), "echo a calendar");
    const path = writeProgram(join(cache, "temporal-cli-1.5.1", "temporal"), says("1.29.1"));
    expect(await getTemporalCli({ env })).toEqual({
      path,
      source: "cache",
      serverVersion: "1.29.1",
    });
  });

  it("downloads it, with progress in bytes, and finds it in the cache the next time", async () => {
    const { cache, env } = setUp();
    const { bytes, sha256 } = await makeArchive("1.29.1");
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? "");
      response.setHeader("content-length", bytes.length);
      response.end(bytes);
    });
    const progress: ServerProgress[] = [];
    const search = {
      env: { ...env, OSTINATO_TEMPORAL_CLI_URL: url, OSTINATO_TEMPORAL_CLI_SHA256: sha256 },
      onProgress: (step: ServerProgress) => progress.push(step),
    };
    const path = join(cache, "temporal-cli-1.5.1", "temporal");
    expect(await getTemporalCli(search)).toEqual({
      path,
      source: "download",
      serverVersion: "1.29.1",
    });
    expect(progress.at(-1)).toMatchObject({
      receivedBytes: bytes.length,
      totalBytes: bytes.length,
    });
    expect(kept(cache)).toEqual(cached);
    expect((await getTemporalCli(search)).source).toBe("cache");
    expect(asked).toEqual([expect.stringMatching(/^\/cli\/temporal_cli_1\.5\.1_\w+\.tar\.gz$/)]);
  });

  it("replaces a cached binary that does not run", async () => {
    const { cache, env } = setUp();
    writeProgram(join(cache, "temporal-cli-1.5.1", "temporal"), "exit 126");
    const { bytes, sha256 } = await makeArchive("1.29.1");
    const url = await serve((_, response) => response.end(bytes));
    const cli = await getTemporalCli({
      env: { ...env, OSTINATO_TEMPORAL_CLI_URL: url, OSTINATO_TEMPORAL_CLI_SHA256: sha256 },
    });
    expect(cli.source).toBe("download");
  });

  it("follows a redirect, as GitHub's downloads need", async () => {
    const { env } = setUp();
    const { bytes, sha256 } = await makeArchive("1.29.1");
    const url = await serve((request, response) => {
      if (request.url === "/elsewhere") response.end(bytes);
      else response.writeHead(302, { location: "/elsewhere" }).end();
    });
    const cli = await getTemporalCli({
      env: { ...env, OSTINATO_TEMPORAL_CLI_URL: url, OSTINATO_TEMPORAL_CLI_SHA256: sha256 },
    });
    expect(cli.source).toBe("download");
  });

  it("never unpacks nor keeps an archive with another checksum than the release's, and says so", async () => {
    const { cache, env } = setUp();
    const { bytes, sha256 } = await makeArchive("1.29.1");
    const url = await serve((_, response) => response.end(bytes));
    const error = await failureOf({ ...env, OSTINATO_TEMPORAL_CLI_URL: url });
    expect(error.message).toContain(`the archive's SHA-256 is ${sha256}, expected `);
    expect(error.message).toContain("it was not unpacked");
    expect(kept(cache)).toEqual([]);
  });

  it("builds it with Go where the download fails", async () => {
    const { bin, cache, env } = setUp();
    writeProgram(
      join(bin, "go"),
      '[ "$*" = "install github.com/temporalio/cli/cmd/temporal@v1.5.1" ] || exit 1',
      `printf '#!/bin/sh\\n${says("1.29.1")}\\n' > "$GOBIN/temporal"`,
      '/bin/chmod +x "$GOBIN/temporal"',
    );
    const texts: string[] = [];
    const cli = await getTemporalCli({ env, onProgress: ({ text }) => texts.push(text) });
    expect(cli).toEqual({
      path: join(cache, "temporal-cli-1.5.1", "temporal"),
      source: "go",
      serverVersion: "1.29.1",
    });
    expect(kept(cache)).toEqual(cached);
    expect(texts).toEqual([
      expect.stringContaining("can't be downloaded"),
      expect.stringContaining("Building the Temporal CLI 1.5.1 with Go"),
    ]);
  });

  it("names every way that it tried, and what to do, when all fail", async () => {
    const { bin, cache, env } = setUp();
    writeProgram(join(bin, "go"), "echo no such module >&2", "exit 3");
    const url = await serve((_, response) => response.writeHead(404).end());
    const error = await failureOf({ ...env, OSTINATO_TEMPORAL_CLI_URL: url });
    expect(error).toBeInstanceOf(ServerUnavailableError);
    expect(error.message).toContain("on the PATH: no `temporal` there");
    expect(error.message).toContain(`in the cache: no ${cache}`);
    expect(error.message).toMatch(/by download: http:\S+\.tar\.gz: HTTP status 404/);
    expect(error.message).toMatch(/by a build with Go: .* ended with 3: no such module/);
    expect(error.message).toContain("TEMPORAL_ADDRESS");
    expect(kept(cache)).toEqual([]);
  });

  it("says that Go is missing where it is", async () => {
    const { env } = setUp();
    const error = await failureOf(env);
    expect(error.message).toContain("by a build with Go: Go is not on the PATH");
  });

  it("lets one of several callers do the work while the others wait", async () => {
    const { cache, env } = setUp();
    const { bytes, sha256 } = await makeArchive("1.29.1");
    let downloads = 0;
    const url = await serve((_, response) => {
      downloads += 1;
      setTimeout(() => response.end(bytes), 200);
    });
    const search = {
      env: { ...env, OSTINATO_TEMPORAL_CLI_URL: url, OSTINATO_TEMPORAL_CLI_SHA256: sha256 },
    };
    const found = await Promise.all([1, 2, 3].map(() => getTemporalCli(search)));
    expect(found.map(({ source }) => source).sort()).toEqual(["cache", "cache", "download"]);
    expect(downloads).toBe(1);
    expect(kept(cache)).toEqual(cached);
  });

  it("clears away what a process left that died in the middle", async () => {
    const { cache, env } = setUp();
    mkdirSync(join(cache, ".temporal-cli-999999"), { recursive: true });
    writeFileSync(join(cache, ".temporal-cli-999999", "archive.tar.gz"), "half");
    writeFileSync(
      join(cache, "temporal-cli-1.5.1.lock"),
      JSON.stringify({ pid: 999_999_999, startTime: "long ago", token: "x" }),
    );
    const { bytes, sha256 } = await makeArchive("1.29.1");
    const url = await serve((_, response) => response.end(bytes));
    await getTemporalCli({
      env: { ...env, OSTINATO_TEMPORAL_CLI_URL: url, OSTINATO_TEMPORAL_CLI_SHA256: sha256 },
    });
    expect(kept(cache)).toEqual(cached);
  });
});

describe("downloadCli", () => {
  it("asks a server on this machine directly, whatever proxy the shell names", async () => {
    const { bytes, sha256 } = await makeArchive("1.29.1");
    const url = await serve((_request, response) => response.end(bytes));
    const variables = ["http_proxy", "HTTP_PROXY"] as const;
    const before = variables.map((name) => process.env[name]);
    for (const name of variables) process.env[name] = nowhere;
    try {
      const folder = temporaryFolder();
      const path = await downloadCli({ archive: { url, sha256 }, folder });
      expect(readFileSync(path, "utf8")).toContain("1.29.1");
    } finally {
      for (const [index, name] of variables.entries()) {
        if (before[index] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before[index];
      }
    }
  });

  it("gives up a download that stalls", async () => {
    const url = await serve((_, response) => {
      response.setHeader("content-length", 1_000);
      response.write("the first bytes");
    });
    const folder = temporaryFolder();
    // The first bytes come in this time, on a busy machine too.
    await expect(
      downloadCli({ archive: { url, sha256: "x" }, folder, idleTimeoutMs: 3_000 }),
    ).rejects.toThrow(/Body Timeout/i);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("gives up a server that takes the request and never answers", async () => {
    const url = await serve(() => undefined);
    const download = { archive: { url, sha256: "x" }, folder: temporaryFolder() };
    await expect(downloadCli({ ...download, idleTimeoutMs: 300 })).rejects.toThrow(
      /Headers Timeout/i,
    );
  });
});

async function failureOf(env: Record<string, string>): Promise<Error> {
  const result: unknown = await getTemporalCli({ env }).catch((error: unknown) => error);
  if (!(result instanceof Error)) throw new Error("Expected the search to fail.");
  return result;
}
