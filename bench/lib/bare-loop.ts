/**
 * A loop over OpenAI's own client in a separate process: the cost of the same calls without
 * Ostinato.
 *
 * `node --import tsx bench/lib/bare-loop.ts
 * '{"baseUrl":"…","key":"…","calls":10000,"inFlight":500,"firstId":0}'` prints its figures as a
 * line of JSON.
 */
import { OpenAI } from "openai";

export interface BareLoop {
  readonly baseUrl: string;
  readonly key: string;
  readonly calls: number;
  readonly inFlight: number;
  /** Marker of the first prompt. Later markers count up. */
  readonly firstId: number;
}

export interface BareLoopFigures {
  /** User and system time of the loop in ms, without the start of the process. */
  readonly cpuMs: number;
}

const { baseUrl, key, calls, inFlight, firstId } = JSON.parse(process.argv[2] ?? "{}") as BareLoop;
const client = new OpenAI({ apiKey: key, baseURL: baseUrl, maxRetries: 0 });
let next = firstId;

async function sendInTurn(): Promise<void> {
  while (next < firstId + calls) {
    const content = `#${next++} Say something and then more`;
    await client.chat.completions.create({
      model: "counting-1",
      messages: [{ role: "user", content }],
      temperature: 1,
    });
  }
}

const before = process.cpuUsage();
await Promise.all(Array.from({ length: inFlight }, sendInTurn));
const { user, system } = process.cpuUsage(before);
const figures: BareLoopFigures = { cpuMs: (user + system) / 1_000 };
console.log(JSON.stringify(figures));
