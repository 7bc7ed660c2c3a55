import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { lookUp, readEnvironment } from "../../../src/providers/access/environment.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

describe("readEnvironment", () => {
  it("reads the file under the process's own variables", async () => {
    const file = join(folder, ".env");
    await writeFile(file, "# keys\nexport A=\"from file\"\r\nB=from file\nC='x # y'\n");
    expect(await readEnvironment(file, { B: "from process", D: "too" })).toEqual({
      A: "from file",
      B: "from process",
      C: "x # y",
      D: "too",
    });
  });

  it("reads a file that an editor began with a byte order mark", async () => {
    const file = join(folder, ".env");
    await writeFile(file, "\uFEFFA=1\n");
    expect(await readEnvironment(file, {})).toEqual({ A: "1" });
  });

  it.each([undefined, "missing.env"])("does without a file: %s", async (name) => {
    const file = name === undefined ? undefined : join(folder, name);
    expect(await readEnvironment(file, { A: "1" })).toEqual({ A: "1" });
  });

  it("says which file it can't read", async () => {
    const reading = readEnvironment(folder, {});
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(`"${folder}": it is a folder`);
  });
});

describe("lookUp", () => {
  it.each([
    ["gpt-4o", "V_gpt_4o"],
    ["org/name:v1.2 beta", "V_org_name_v1_2_beta"],
    ["name@2024", "V_name@2024"],
  ])("finds the variable of the model %s before the general one", (model, variable) => {
    expect(lookUp({ V: "general", [variable]: "own" }, "V", model)).toBe("own");
  });

  it("falls back on the general variable", () => {
    expect(lookUp({ V: "general" }, "V", "gpt-4o")).toBe("general");
    expect(lookUp({ V: "general", V_gpt_4o: "" }, "V", "gpt-4o")).toBe("general");
    expect(lookUp({ V: " general\r" }, "V", undefined)).toBe("general");
  });

  it("finds nothing in what is empty or not there", () => {
    expect(lookUp({ V: "  ", OTHER: "x" }, "V", "gpt-4o")).toBeUndefined();
  });
});
