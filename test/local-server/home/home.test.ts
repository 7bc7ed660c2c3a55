import { describe, expect, it } from "vitest";
import { cacheFolder, localPort, ostinatoHome } from "../../../src/local-server/home/home.js";

const onMac = process.platform === "darwin";

describe("ostinatoHome", () => {
  it.each([
    ["OSTINATO_HOME", { OSTINATO_HOME: "/srv/one", XDG_STATE_HOME: "/x" }, "/srv/one"],
    [
      "the user's state folder",
      { HOME: "/home/ada" },
      onMac ? "/home/ada/Library/Application Support/ostinato" : "/home/ada/.local/state/ostinato",
    ],
    ["XDG_STATE_HOME", { HOME: "/home/ada", XDG_STATE_HOME: "/x" }, "/x/ostinato"],
    [
      "the default for an empty variable",
      { HOME: "/home/ada", OSTINATO_HOME: "", XDG_STATE_HOME: "/x" },
      "/x/ostinato",
    ],
  ])("is %s", (_, env, expected) => {
    expect(ostinatoHome(env)).toBe(expected);
  });

  it("ignores a relative XDG folder, as the XDG rules ask", () => {
    const env = { HOME: "/home/ada", XDG_STATE_HOME: "state" };
    expect(ostinatoHome(env)).toBe(ostinatoHome({ HOME: "/home/ada" }));
  });
});

describe("cacheFolder", () => {
  it("is not below OSTINATO_HOME, so that two set-ups share the Temporal CLI", () => {
    const env = { HOME: "/home/ada", OSTINATO_HOME: "/srv/one" };
    expect(cacheFolder(env)).toBe(cacheFolder({ HOME: "/home/ada" }));
    expect(cacheFolder(env)).toMatch(/^\/home\/ada\/.*\/ostinato$/);
  });

  it("is OSTINATO_CACHE where that is set", () => {
    expect(cacheFolder({ HOME: "/home/ada", OSTINATO_CACHE: "/srv/cache" })).toBe("/srv/cache");
  });
});

describe("localPort", () => {
  it("is Temporal's own port unless another is set", () => {
    expect(localPort({})).toBe(7233);
    expect(localPort({ OSTINATO_TEMPORAL_PORT: "9000" })).toBe(9000);
  });

  it.each(["0", "-1", "7233x", "70000", "64536", " 1 "])("refuses %j and says why", (text) => {
    expect(() => localPort({ OSTINATO_TEMPORAL_PORT: text })).toThrow(
      `Expected \`OSTINATO_TEMPORAL_PORT\` to be a port from 1 to 64535, got "${text}".`,
    );
  });
});
