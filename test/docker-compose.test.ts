import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseDuration } from "../src/settings/duration.js";
import { options } from "../src/settings/options/options.js";
import { registerWorker } from "../src/local-server/worker/worker-files.js";
import { temporaryFolder } from "./helpers/temporary-folder.js";
import { writeProgram } from "./helpers/write-program.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const bindMount = z.strictObject({
  type: z.literal("bind"),
  source: z.string(),
  target: z.string(),
  bind: z.strictObject({ create_host_path: z.literal(false) }),
});
const condition = z.enum(["service_healthy", "service_completed_successfully"]);
const service = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  restart: z.enum(["unless-stopped", "on-failure:5"]),
  init: z.boolean().optional(),
  user: z.string().optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition })).optional(),
  environment: z.record(z.string(), z.string()),
  env_file: z.array(z.strictObject({ path: z.string(), required: z.boolean() })).optional(),
  volumes: z.array(z.union([z.string(), bindMount])).optional(),
  ports: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.enum(["CMD", "CMD-SHELL"])], z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number().int(),
      start_period: z.string(),
    })
    .optional(),
});
const composeSchema = z.strictObject({
  name: z.literal("ostinato"),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

const text = read("docker-compose.yml");
const compose = composeSchema.parse(parse(text));
const services = Object.entries(compose.services);
const jobs = ["temporal-schema", "temporal-namespace"];

describe("docker-compose.yml", () => {
  it("has PostgreSQL, Temporal with its schema and namespace jobs, the Web UI and a worker", () => {
    expect(Object.keys(compose.services)).toEqual([
      "postgresql",
      "temporal-schema",
      "temporal",
      "temporal-namespace",
      "temporal-ui",
      "worker",
    ]);
  });

  it.each(services)("pins the whole version of %s's image", (_, { image }) => {
    expect(image).toMatch(/^[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.-]+)?$/);
    expect(image).not.toContain("alpine");
  });

  it("runs one version of Temporal, with the tools that belong to it", () => {
    const version = /^temporalio\/server:(.+)$/.exec(
      compose.services["temporal"]?.image ?? "",
    )?.[1];
    for (const job of jobs) {
      expect(compose.services[job]?.image).toMatch(`temporalio/admin-tools:${version ?? "?"}-`);
    }
    expect(read("bench/postgres/build-server.ts")).toContain(`const version = "${version ?? "?"}"`);
  });

  it.each(services)("publishes ports of %s on the loopback alone", (_, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\S+:\d+$/);
  });

  it("publishes Temporal and its Web UI where Ostinato looks for them", () => {
    const published = services.flatMap(([, { ports = [] }]) => ports.map(withDefaults));
    expect(published).toEqual(["127.0.0.1:7233:7233", "127.0.0.1:8233:8080"]);
  });

  it("keeps PostgreSQL's data in a named volume, so that `down` and `up` lose nothing", () => {
    expect(compose.services["postgresql"]?.volumes).toEqual([
      "postgresql-data:/var/lib/postgresql/data",
    ]);
    expect(Object.keys(compose.volumes)).toEqual(["postgresql-data"]);
  });

  it("gives calls in flight as long as they may take, and their answers 5 s to be recorded", () => {
    const grace = /^(\d+)s$/.exec(compose.services["worker"]?.stop_grace_period ?? "")?.[1];
    const callMs = parseDuration(String(options.timeoutMs.default)) ?? Infinity;
    expect(Number(grace) * 1_000).toBeGreaterThan(callMs + 5_000);
  });

  it("mounts only what is there, read-only, besides the data", () => {
    const mounts = services
      .flatMap(([, { volumes = [] }]) => volumes)
      .filter((volume) => typeof volume === "string")
      .filter((volume) => !volume.startsWith("postgresql-data:"));
    expect(mounts.length).toBeGreaterThan(0);
    for (const mount of mounts) {
      const [, source = "?"] = /^(\.\/\S+):\/\S+:ro$/.exec(mount) ?? [];
      expect(existsSync(join(root, source)), mount).toBe(true);
    }
  });

  it("runs only scripts that are there", () => {
    const scripts = services.flatMap(([, { entrypoint = [] }]) => entrypoint.slice(1));
    expect(scripts).toEqual(["/scripts/set-up-schema.sh", "/scripts/set-up-namespace.sh"]);
    expect(readdirSync(join(root, "docker/scripts")).sort()).toEqual(
      scripts.map((script) => script.replace("/scripts/", "")).sort(),
    );
  });

  it("gives the server the dynamic configuration that it mounts", () => {
    const path = compose.services["temporal"]?.environment["DYNAMIC_CONFIG_FILE_PATH"] ?? "";
    const folder = "/etc/temporal/config/dynamicconfig/";
    expect(path.startsWith(folder)).toBe(true);
    const settings = z
      .record(z.string(), z.array(z.strictObject({ value: z.unknown() })).length(1))
      .parse(parse(read(`docker/dynamicconfig/${path.slice(folder.length)}`)));
    expect(settings["matching.numTaskqueueReadPartitions"]).toEqual([{ value: 1 }]);
    expect(settings["matching.numTaskqueueWritePartitions"]).toEqual([{ value: 1 }]);
  });

  it.each(services)(
    "watches the health of %s, unless it is a job that ends",
    (name, { healthcheck }) => {
      expect(healthcheck === undefined).toBe(jobs.includes(name));
    },
  );

  it.each(services)("starts %s when what it needs is healthy, or done", (name, { depends_on }) => {
    const needs = Object.entries(depends_on ?? {});
    expect(needs).toHaveLength(name === "postgresql" ? 0 : 1);
    for (const [needed, { condition: wanted }] of needs) {
      expect(wanted).toBe(
        jobs.includes(needed) ? "service_completed_successfully" : "service_healthy",
      );
      expect(compose.services[needed]?.healthcheck === undefined).toBe(jobs.includes(needed));
    }
  });

  it("mounts the data folder at the host's own path, and does not make it as root", () => {
    const [mount] = compose.services["worker"]?.volumes ?? [];
    expect(mount).toEqual({
      type: "bind",
      source: "${OSTINATO_DATA_FOLDER:-${PWD}/data}",
      target: "${OSTINATO_DATA_FOLDER:-${PWD}/data}",
      bind: { create_host_path: false },
    });
  });

  it("keeps what has ended for 30 days", () => {
    expect(compose.services["temporal-namespace"]?.environment["RETENTION"]).toBe("30d");
  });

  it("has a default for every variable, and names each in docker/.env.example with it", () => {
    const example = read("docker/.env.example");
    // Compose calls `${` with another brace in it a nested default.
    const all = [...text.matchAll(/\$\{(\w+)(:-([^$}]*))?/g)].map(
      ([, name = "", , value]) => [name, value] as const,
    );
    const ofShell = ["PWD"];
    const own = all.filter(([name]) => !ofShell.includes(name));
    expect(own.length).toBeGreaterThan(5);
    for (const [name, value] of own) {
      expect(value, name).toBeDefined();
      const line = value === "" ? `#${name}=` : `${name}=${value ?? ""}\n`;
      expect(example).toContain(line);
    }
  });
});

describe("the scripts of the containers", () => {
  it.each(readdirSync(join(root, "docker/scripts")))("%s is sound shell", (name) => {
    const checked = spawnSync("sh", ["-n", join(root, "docker/scripts", name)], {
      encoding: "utf8",
    });
    expect(checked).toMatchObject({ status: 0, stderr: "" });
  });

  it("set-up-schema.sh ends with the first command that fails", () => {
    const folder = temporaryFolder();
    const log = join(folder, "log");
    const tool = writeProgram(
      join(folder, "tool"),
      `echo "$*" >> "${log}"`,
      '[ "$3" != update-schema ]',
    );
    const run = runScript("set-up-schema.sh", { SQL_TOOL: tool, SCHEMA_FOLDER: "/schema" });
    expect(run.status).toBe(1);
    expect(readFileSync(log, "utf8").trim().split("\n")).toEqual([
      "--database temporal create",
      "--database temporal setup-schema --version 0.0",
      "--database temporal update-schema --schema-dir /schema/temporal/versioned",
    ]);
  });

  it("set-up-namespace.sh gives a namespace that is there its retention", () => {
    const folder = temporaryFolder();
    const log = join(folder, "log");
    writeProgram(join(folder, "temporal"), `echo "$*" >> "${log}"`, '[ "$3" != create ]');
    const run = runScript("set-up-namespace.sh", {
      PATH: `${folder}:${process.env["PATH"] ?? ""}`,
      NAMESPACE: "default",
      RETENTION: "30d",
    });
    expect(run.status).toBe(0);
    expect(readFileSync(log, "utf8").trim().split("\n")).toEqual([
      "operator namespace create --namespace default --retention 30d",
      "operator namespace update --namespace default --retention 30d",
      "operator namespace describe --namespace default",
    ]);
  });

  it("worker-healthy.mjs tells whether a worker lives", () => {
    const home = temporaryFolder();
    const env = { ...process.env, OSTINATO_HOME: home };
    const script = join(root, "docker/worker-healthy.mjs");
    const status = () => spawnSync(process.execPath, [script], { env, stdio: "inherit" }).status;
    expect(status()).toBe(1);
    const unregister = registerWorker({
      env,
      address: "temporal:7233",
      namespace: "default",
      role: "foreground",
      secrets: {},
      dataFolder: { path: "/data", identity: "0011" },
    });
    expect(status()).toBe(0);
    unregister();
    expect(status()).toBe(1);
  });
});

describe("the Dockerfile", () => {
  const dockerfile = read("Dockerfile");
  const ignored = read(".dockerignore").split("\n");

  it("builds on Debian in pinned versions and runs as a user that is not root", () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(images).toHaveLength(2);
    for (const image of images) expect(image).toMatch(/^node:20\.\d+\.\d+-bookworm-slim$/);
    expect(dockerfile.indexOf("USER node")).toBeGreaterThan(dockerfile.lastIndexOf("RUN "));
  });

  it("lets into the build what the compiler needs, and neither keys nor data", () => {
    const references = z
      .object({ references: z.array(z.object({ path: z.string() })) })
      .parse(JSON.parse(read("tsconfig.json")))
      .references.map(({ path }) => path.split("/")[0] ?? "");
    const needed = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.base.json"];
    const allowed = ignored.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    expect(ignored).toContain("*");
    expect(allowed).toEqual(expect.arrayContaining([...needed, ...references, "scripts"]));
    for (const path of allowed) expect(existsSync(join(root, path)), path).toBe(true);
    expect(allowed).not.toContain(".env");
    expect(allowed).not.toContain("data");
  });
});

function runScript(name: string, env: Readonly<Record<string, string>>) {
  return spawnSync("sh", [join(root, "docker/scripts", name)], {
    env: { PATH: process.env["PATH"], ...env },
    encoding: "utf8",
  });
}

function withDefaults(value: string): string {
  return value.replace(/\$\{\w+:-([^}]*)\}/g, "$1");
}
