import { rmSync } from "node:fs";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveView } from "../../../src/view/server/serve-view.js";
import type { ViewServer } from "../../../src/view/server/serve-view.js";
import { reportRun } from "../../client/report/report-run.js";
import { completedLine, recordLine } from "../../storage/run/prepared-run.js";

let server: ViewServer;
let dataFolder: string;
let base: string;
let token: string;
const errors: unknown[] = [];

beforeAll(async () => {
  const ids = [0, 1, 2];
  const run = await reportRun({
    lines: ids.map((id) => recordLine(id)),
    log: ids.map((id) => completedLine(id)),
  });
  dataFolder = run.dataFolder;
  // Nothing listens on this port, so there is no Temporal server.
  const env = { OSTINATO_TEMPORAL_PORT: "1" };
  server = await serveView({ dataFolder, port: 0, env, onError: (error) => errors.push(error) });
  const { origin, hash } = new URL(server.url);
  base = origin;
  token = hash.replace("#token=", "");
});
afterAll(async () => {
  await server.close();
  rmSync(dataFolder, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** `fetch` would not let a test choose its Host and Origin. */
async function ask(
  path: string,
  { method = "GET", body = "", ...headers }: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${base}${path}`, { method, headers }, (response) => {
      const { statusCode: status, headers: given } = response;
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status, headers: given, body: text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const known = (): Readonly<Record<string, string>> => ({ authorization: `Bearer ${token}` });
const json = { "content-type": "application/json" };

test("the address is of this machine, and has a long random token", () => {
  expect(base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(token).toMatch(/^[\w-]{32}$/);
});

describe("the page", () => {
  test.each(["/", "/runs/pilot", "/runs/a%20b/29-11-2026-10-00-00"])("is at %s", async (path) => {
    const { status, headers, body } = await ask(path);
    expect(status).toBe(200);
    expect(headers["x-frame-options"]).toBe("DENY");
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/script-src 'sha256-[^']+';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    // The page itself has no data and no token.
    expect(body).not.toContain("pilot");
    expect(body).not.toContain(token);
  });

  test("lets no other path read a file", async () => {
    for (const path of ["/package.json", "/../package.json", "/runs%2f..", "/api", "/api/"]) {
      expect((await ask(path, known())).status).toBe(404);
    }
  });
});

describe("without the right to it, nobody reads or steers", () => {
  const reads = ["runs", "live?name=pilot", "report?name=pilot", "page?name=pilot"];
  test.each([...reads, "record?name=pilot&index=0", "nothing"])("%s", async (path) => {
    const { origin } = new URL("http://evil.example");
    expect((await ask(`/api/${path}`)).status).toBe(401);
    expect((await ask(`/api/${path}`, { authorization: "Bearer x" })).status).toBe(401);
    expect((await ask(`/api/${path}&token=${token}`)).status).toBe(401);
    expect((await ask(`/api/${path}`, { ...known(), origin })).status).toBe(403);
    expect((await ask(`/api/${path}`, { ...known(), host: "evil.example" })).status).toBe(421);
  });

  test("steer", async () => {
    const steer = async (headers: Readonly<Record<string, string>>): Promise<unknown> =>
      (
        await ask("/api/steer?name=pilot", {
          method: "POST",
          body: '{"action":"cancel"}',
          ...headers,
        })
      ).status;
    expect(await steer(json)).toBe(401);
    expect(await steer({ ...json, ...known(), origin: "http://127.0.0.1:1" })).toBe(403);
    expect(await steer({ ...json, ...known(), origin: "null" })).toBe(403);
    expect(await steer({ ...json, ...known(), "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await steer({ ...json, ...known(), host: "rebound.example" })).toBe(421);
    expect(await steer({ ...known(), "content-type": "text/plain" })).toBe(415);
  });

  test("no answer lets another site read it", async () => {
    for (const method of ["OPTIONS", "GET", "PUT"]) {
      const { headers } = await ask("/api/runs", { method, ...known() });
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
    expect((await ask("/api/runs", { method: "PUT", ...known() })).status).toBe(405);
  });
});

describe("with the token", () => {
  const get = async (path: string): Promise<unknown> =>
    JSON.parse((await ask(`/api/${path}`, known())).body);

  test("the runs are listed, also without a Temporal server", async () => {
    expect(await get("runs")).toMatchObject({
      dataFolder,
      runs: [{ name: "pilot", state: "finished", latest: true, records: 3, completed: 3 }],
      notices: [expect.stringContaining("No Temporal server")],
    });
  });

  test("a run is read by name, or by name and stamp", async () => {
    await expect.poll(() => get("live?name=pilot")).not.toHaveProperty("progress");
    expect(await get("live?name=pilot")).toMatchObject({ status: { actions: [] } });
    const { runs } = (await get("runs")) as { runs: readonly { stamp: string }[] };
    const page = `page?name=pilot&stamp=${runs[0]?.stamp ?? ""}&offset=1&limit=1`;
    expect(await get(page)).toMatchObject({ total: 3, matched: 3, rows: [{ id: "1" }] });
    const query = encodeURIComponent(JSON.stringify({ search: "answer 2" }));
    expect(await get(`page?name=pilot&query=${query}`)).toMatchObject({ total: 3 });
    expect(await get("record?name=pilot&index=2")).toMatchObject({ answer: "answer 2" });
  });

  test.each([
    ["record?name=pilot&index=9", "no record 9"],
    ["record?name=pilot&index=-1", "whole number"],
    ["record?name=..%2F..&index=1", "no run"],
    ["page?name=pilot&stamp=..", "no run"],
    ["page", "`name`"],
    ["page?name=pilot&query=x", "JSON"],
    ["page?name=pilot&query=%7B%22statuses%22%3A%5B1%5D%7D", "statuses"],
  ])("%s is refused", async (path, message) => {
    const { status, body } = await ask(`/api/${path}`, known());
    expect(status).toBe(400);
    expect(body).toContain(message);
  });

  test("a steering that nobody knows is refused", async () => {
    const given = { method: "POST", ...json, ...known() };
    for (const body of ["", "[]", '{"action":"delete"}', '{"action":"pause","x":1}']) {
      expect((await ask("/api/steer?name=pilot", { ...given, body })).status).toBe(400);
    }
  });
});

test("a port in use is named, and the flag for another one", async () => {
  const port = Number(new URL(base).port);
  await expect(serveView({ dataFolder, port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is not available`,
  );
});
