import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar";
import { Agent, EnvHttpProxyAgent, fetch } from "undici";
import type { Response } from "undici";
import { isThisMachine } from "../../domain/network/is-loopback.js";
import type { CliArchive } from "./cli-release.js";
import type { OnServerProgress } from "../server/progress.js";

export interface CliDownload {
  readonly archive: CliArchive;
  /** Path of an existing folder for the binary `temporal`. */
  readonly folder: string;
  readonly onProgress?: OnServerProgress | undefined;
  /** Timeout of the connection, in ms. @default 10_000 */
  readonly connectTimeoutMs?: number;
  /** Maximum time without a byte, in ms. @default 30_000 */
  readonly idleTimeoutMs?: number;
}

const progressIntervalMs = 250;

/** Downloads the Temporal CLI, verifies the archive's SHA-256, and unpacks it. */
export async function downloadCli(download: CliDownload): Promise<string> {
  const { archive, folder } = download;
  const file = join(folder, "archive.tar.gz");
  const options = {
    connect: { timeout: download.connectTimeoutMs ?? 10_000 },
    headersTimeout: download.idleTimeoutMs ?? 30_000,
    bodyTimeout: download.idleTimeoutMs ?? 30_000,
  };
  // A proxy cannot reach a server on this machine.
  const isNear = isThisMachine(new URL(archive.url).hostname);
  const dispatcher = isNear ? new Agent(options) : new EnvHttpProxyAgent(options);
  try {
    const response = await fetch(archive.url, { dispatcher });
    const actual = await save(response, file, download);
    if (actual !== archive.sha256) {
      throw new Error(
        `the archive's SHA-256 is ${actual}, expected ${archive.sha256}; it was not unpacked`,
      );
    }
    await extract({
      file,
      cwd: folder,
      strict: true,
      filter: (path) => /^(\.\/)?temporal$/.test(path),
    });
  } catch (error) {
    throw new Error(`${archive.url}: ${reasonOf(error)}`, { cause: error });
  } finally {
    await dispatcher.destroy();
    await rm(file, { force: true });
  }
  return join(folder, "temporal");
}

/** Saves the response to a file and returns the SHA-256 of the saved bytes. */
async function save(response: Response, file: string, download: CliDownload): Promise<string> {
  if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
  const hash = createHash("sha256");
  const report = byteReporter(Number(response.headers.get("content-length")), download.onProgress);
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      report(chunk.length);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(file));
  return hash.digest("hex");
}

function byteReporter(total: number, onProgress: OnServerProgress | undefined) {
  let receivedBytes = 0;
  let reportedAt = 0;
  return (bytes: number): void => {
    receivedBytes += bytes;
    const now = Date.now();
    if (now - reportedAt < progressIntervalMs && receivedBytes !== total) return;
    reportedAt = now;
    const of = total > 0 ? ` of ${megabytes(total)}` : "";
    onProgress?.({
      text: `Downloading the Temporal CLI: ${megabytes(receivedBytes)}${of} MB`,
      receivedBytes,
      ...(total > 0 && { totalBytes: total }),
    });
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return error.message + cause;
}
