import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A test's own certificate authority, and a server certificate that it has signed. */
export interface TestAuthority {
  /** The authority's certificate, as a PEM file. */
  readonly file: string;
  readonly key: string;
  readonly certificate: string;
}

/**
 * Creates both with OpenSSL in a folder. @param hosts hosts of the server, in addition to
 * `localhost`
 */
export function createAuthority(folder: string, ...hosts: readonly string[]): TestAuthority {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync("openssl", args, { stdio: "pipe" });
  };
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    ...["req", "-x509", ...curve, "-days", "2", "-subj", "/CN=Test authority"],
    ...["-keyout", path("ca.key"), "-out", path("ca.pem")],
  );
  openssl(
    ...["req", ...curve, "-subj", "/CN=Test server"],
    ...["-keyout", path("server.key"), "-out", path("server.csr")],
  );
  writeFileSync(
    path("names"),
    `subjectAltName=${[...hosts, "localhost"].map((host) => `DNS:${host}`).join(",")}\n`,
  );
  openssl(
    ...["x509", "-req", "-in", path("server.csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key")],
    ...["-CAcreateserial", "-days", "2", "-extfile", path("names"), "-out", path("server.pem")],
  );
  return {
    file: path("ca.pem"),
    key: readFileSync(path("server.key"), "utf8"),
    certificate: readFileSync(path("server.pem"), "utf8"),
  };
}
