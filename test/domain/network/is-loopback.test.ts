import { describe, expect, it } from "vitest";
import { hostOf, isLoopback, isThisMachine } from "../../../src/domain/network/is-loopback.js";

describe("the loopback interface", () => {
  it.each([
    "localhost",
    "LocalHost",
    "localhost.",
    "models.localhost",
    "127.0.0.1",
    "127.8.9.10",
    "::1",
    "[::1]",
    "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1",
    "[::ffff:7f00:1]",
    "::ffff:7f08:90a",
  ])("is meant by %s", (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    "localhost.example.com",
    "notlocalhost",
    "127.0.0.1.example.com",
    "128.0.0.1",
    "10.0.0.1",
    "::2",
    "::11",
    "2001:db8::1",
    "::ffff:7e00:1",
    "::ffff:7f:1",
    "0.0.0.0",
    "[::]",
    "",
  ])("is not meant by %j", (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe("this machine", () => {
  it.each([
    "localhost",
    "0.0.0.0",
    "[::]",
    "::",
    "0:0:0:0:0:0:0:0",
    "::ffff:0.0.0.0",
    "[::ffff:0:0]",
  ])("is called by a call to %s", (host) => {
    expect(isThisMachine(host)).toBe(true);
  });

  it.each(["0.0.0.1", "10.0.0.0", "0.0.0.0.example.com", "::2", "2001:db8::", "::ffff:a00:1", ""])(
    "is not called by a call to %j",
    (host) => {
      expect(isThisMachine(host)).toBe(false);
    },
  );
});

describe("the host of an address", () => {
  it.each([
    ["127.0.0.1:7233", "127.0.0.1"],
    ["localhost", "localhost"],
    ["[::1]:7233", "[::1]"],
    ["[::1]", "[::1]"],
    ["::1", "::1"],
    ["temporal.example.com:443", "temporal.example.com"],
  ])("%s is %s", (address, host) => {
    expect(hostOf(address)).toBe(host);
  });
});
