/**
 * An experiment from code. In a clone: `npm run build`, then `npx tsx examples/library.ts`.
 *
 * Killed in the middle and started again, it follows the same experiment on to its end.
 */
import { fileURLToPath } from "node:url";
import {
  connect,
  ensureWorker,
  followExperiment,
  readExperimentResults,
  startExperiment,
} from "ostinato";

const file = fileURLToPath(new URL("hello.jsonl", import.meta.url));
const settings = { file, name: "from-code", requestsPerMinute: 200 };

const ostinato = await connect({ onNotice: console.error });
const { name, webUi } = await startExperiment(ostinato, settings);
if (webUi !== undefined) console.error(`Watch it at ${webUi}`);

const worker = await ensureWorker(ostinato, { name, role: "child", onNotice: console.error });
for await (const { state, completed, records } of followExperiment(ostinato, name)) {
  console.error(`${state}: ${completed} of ${records}`);
}
for await (const line of readExperimentResults(ostinato, name)) {
  // A line of the completed file is an object with the answer beside the record's own keys.
  const { id, response } = JSON.parse(line) as { readonly id: string; readonly response: string };
  console.log(`${id}: ${response}`);
}
await worker.stop();
await ostinato.close();
