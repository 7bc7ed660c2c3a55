/**
 * The version of the Temporal CLI that Ostinato downloads or builds, from the archives of the
 * GitHub release. The checksums are fixed here, so a custom address or a broken proxy cannot
 * deliver other contents.
 */
export const cliVersion = "1.5.1";

export const cliModule = `github.com/temporalio/cli/cmd/temporal@v${cliVersion}`;

const releaseUrl = `https://github.com/temporalio/cli/releases/download/v${cliVersion}`;

const sums: Readonly<Record<string, string>> = {
  linux_amd64: "ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d",
  linux_arm64: "bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5",
  darwin_amd64: "bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9",
  darwin_arm64: "cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415",
};

export interface CliArchive {
  readonly url: string;
  /** SHA-256 of the archive, in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Returns the archive for this machine.
 *
 * `OSTINATO_TEMPORAL_CLI_URL` sets another folder with the same file name, and
 * `OSTINATO_TEMPORAL_CLI_SHA256` the checksum of a custom archive.
 */
export function cliArchive(
  env: Readonly<Record<string, string | undefined>>,
): CliArchive | undefined {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const platform = `${process.platform}_${architecture}`;
  const sha256 = env["OSTINATO_TEMPORAL_CLI_SHA256"] || sums[platform];
  if (sha256 === undefined) return undefined;
  const folder = (env["OSTINATO_TEMPORAL_CLI_URL"] || releaseUrl).replace(/\/+$/, "");
  return { url: `${folder}/temporal_cli_${cliVersion}_${platform}.tar.gz`, sha256 };
}
