import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { RemoteFiles } from "../../../src/domain/record/remote-files.js";
import { openFilesClient } from "../../../src/providers/gemini/files-client.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { startVendorServer } from "../../helpers/vendor-server.js";
import type { PlannedReply, VendorServer } from "../../helpers/vendor-server.js";

const servers: VendorServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(reply: PlannedReply): Promise<VendorServer> {
  const server = await startVendorServer(() => reply);
  servers.push(server);
  return server;
}

const calls: Readonly<Record<string, (files: RemoteFiles) => Promise<unknown>>> = {
  list: (files) => files.list(),
  find: (files) => files.find("files/f-1"),
  delete: (files) => files.delete("files/f-1"),
  upload: async (files) => {
    const path = join(temporaryFolder(), "round.txt");
    await writeFile(path, "Largo");
    return files.upload(path, "round.txt");
  },
};

describe.each(Object.entries(calls))("%s of Gemini's files", (_name, call) => {
  it.each([301, 302, 307, 308])("follows no redirection with status %i", async (status) => {
    const other = await start({ body: {} });
    const location = `${other.origin}/elsewhere`;
    const { origin } = await start({ status, headers: { location } });
    const failing = call(openFilesClient({ apiKey: "AIza-0123456789", baseUrl: origin }));
    await expect(failing).rejects.toThrow(JSON.stringify(location));
    expect(other.requests).toEqual([]);
  });

  it("fails where a failure is told with status 200", async () => {
    const { origin } = await start({ body: { error: { code: 503, message: "Come later" } } });
    const failing = call(openFilesClient({ apiKey: "AIza-0123456789", baseUrl: origin }));
    await expect(failing).rejects.toThrow("Come later");
  });
});
