/** A small product in which nothing is wrong, for the mistakes to import. */
export const sound = {
  "src/domain/limit/lease.ts": "export const limit = 1;\n",
  "src/client/start.ts": 'export { limit } from "../domain/limits.js";\n',
  "src/client/knows-provider.ts": 'export { answer } from "../providers/test.js";\n',
  "cli/flags.ts": 'export { stamp } from "../src/storage/run/stamp.js";\n',
  "src/index.ts": 'export { limit } from "./client/start.js";\n',
  "src/providers/test/create-provider.ts":
    'import { randomUUID } from "node:crypto";\nexport const answer = () => randomUUID();\n' +
    "export function createTestProvider() {\n  return answer;\n}\n",
  "src/page/main.ts": "export const page = 1;\n",
  "src/storage/run/stamp.ts": "export const stamp = 1;\n",
  "activities/contract.ts": "export interface Activities { send: () => void }\n",
  "activities/send.ts": "export const send = 1;\n",
  "workflows/messages.ts": "export const pause = 1;\n",
  "workflows/run-page.ts":
    'import type { Activities } from "../activities/contract.js";\nexport type Proxies = Activities;\n',
  "worker/main.ts": "export const worker = 1;\n",
  "cli/main.ts": 'export { limit } from "../src/client/start.js";\n',
  "test/domain/limits.ts": 'export { limit } from "../../src/domain/limit/lease.js";\n',
};

export interface Mistake {
  readonly title: string;
  readonly file: string;
  readonly code: string;
  /** The rule that has to name the file. */
  readonly rule: string;
}

export function filesOf(mistakes: readonly Mistake[]): Record<string, string> {
  return Object.fromEntries(mistakes.map(({ file, code }) => [file, code]));
}
