import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { refuseStranger, refuseWithoutToken } from "../../../src/view/server/guard.js";

const local = { host: "127.0.0.1" };

function statusOf(
  headers: Readonly<Record<string, string | undefined>>,
  host = local.host,
): number | undefined {
  return refuseStranger({ method: "GET", headers }, { host })?.status;
}

describe("a stranger", () => {
  test.each([
    ["127.0.0.1:7777", undefined],
    ["localhost:7777", undefined],
    ["[::1]:7777", undefined],
    ["LOCALHOST", undefined],
    ["evil.example:7777", 421],
    ["127.0.0.1.evil.example:7777", 421],
    ["localhost.evil.example", 421],
    [`${hostname()}.x`, 421],
    ["", 421],
  ])("is known by its host name: %s", (host, status) => {
    expect(statusOf({ host })).toBe(status);
  });

  test("may use the name of this machine only if others can reach it", () => {
    expect(statusOf({ host: `${hostname()}:1` }, "0.0.0.0")).toBeUndefined();
    expect(statusOf({ host: `${hostname()}:1` })).toBe(421);
    expect(statusOf({ host: "lab.example:1" }, "lab.example")).toBeUndefined();
  });

  test.each([
    [{ origin: "http://127.0.0.1:7777" }, undefined],
    [{ "sec-fetch-site": "same-origin" }, undefined],
    [{ "sec-fetch-site": "none" }, undefined],
    [{ origin: "http://127.0.0.1:8888" }, 403],
    [{ origin: "https://127.0.0.1:7777" }, 403],
    [{ origin: "http://localhost:7777" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "https://evil.example" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
  ])("is known by its origin: %o", (headers, status) => {
    expect(statusOf({ host: "127.0.0.1:7777", ...headers })).toBe(status);
  });
});

describe("a request", () => {
  const refuse = (
    headers: Readonly<Record<string, string | undefined>>,
    method = "GET",
  ): number | undefined => refuseWithoutToken({ method, headers }, { token: "secret" })?.status;

  test.each([
    [{}, 401],
    [{ authorization: "secret" }, 401],
    [{ authorization: "Bearer secre" }, 401],
    [{ authorization: "Bearer secret2" }, 401],
    [{ authorization: "Bearer " }, 401],
    [{ authorization: "Bearer secret" }, undefined],
  ])("needs the token: %o", (headers, status) => {
    expect(refuse(headers)).toBe(status);
  });

  test("that steers is JSON, which no form of another site can send", () => {
    const authorization = "Bearer secret";
    expect(refuse({ authorization }, "POST")).toBe(415);
    expect(refuse({ authorization, "content-type": "text/plain" }, "POST")).toBe(415);
    const type = "application/json; charset=utf-8";
    expect(refuse({ authorization, "content-type": type }, "POST")).toBeUndefined();
  });
});
