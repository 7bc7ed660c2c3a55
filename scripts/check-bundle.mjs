import { join } from "node:path";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";
import { root } from "./root.mjs";

// Bundles the sources like a worker: an import that the sandbox does not allow fails here.
const { code } = await bundleWorkflowCode({
  workflowsPath: join(root, "workflows"),
  logger: new DefaultLogger("WARN"),
});
console.log(`The workflow bundle has ${(Buffer.byteLength(code) / 2 ** 20).toFixed(2)} MiB.`);
