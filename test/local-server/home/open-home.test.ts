import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { openHome } from "../../../src/local-server/home/open-home.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

it("makes the folder and those above it", () => {
  const home = join(temporaryFolder(), "a", "b");
  expect(openHome({ OSTINATO_HOME: home })).toBe(home);
  expect(existsSync(home)).toBe(true);
});

it("names the folder and the variable where it can't be made", () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const open = (): string => openHome({ OSTINATO_HOME: join(file, "home") });
  expect(open).toThrow(UserError);
  expect(open).toThrow(
    /^Expected to write in ".*\/file\/home".*name another folder by OSTINATO_HOME\.$/,
  );
});
