import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client, WorkflowHandleWithFirstExecutionRunId } from "@temporalio/client";
import type { WatchSettings } from "../../src/domain/experiment/watch.js";
import { watchIdOf } from "../../src/client/watch/find-watch.js";
import { workflowTypes } from "../../workflows/messages.js";
import type { watchInput } from "../../workflows/watch-input.js";
import { stageQueues } from "./stage.js";

/** A data folder of its own, whose experiments have names that no other test has. */
export class WatchedFolder {
  readonly path: string;
  /** Before each file's name. */
  readonly prefix = `w${randomUUID().slice(0, 8)}-`;

  constructor(path: string) {
    this.path = path;
    for (const name of ["input", "output", "media"])
      mkdirSync(join(path, name), { recursive: true });
  }

  /** Drops a file at once, as a move does. A number stands for so many good records. */
  drop(name: string, content: number | string = 1, latencyMs = 0): void {
    const text = typeof content === "number" ? recordsOf(content, latencyMs) : content;
    writeFileSync(join(this.path, `.${name}`), text);
    renameSync(join(this.path, `.${name}`), this.inputPath(name));
  }

  /** @param name `a.jsonl` */
  inputPath(name: string): string {
    return join(this.path, "input", `${this.prefix}${name}`);
  }

  /** The files in `input`, without the prefix. */
  inputs(): string[] {
    return this.#namesIn("input");
  }

  rejected(): string[] {
    return this.#namesIn("input/rejected");
  }

  /** The responses in the completed files of an experiment, a list a run. */
  responsesOf(name: string): unknown[][] {
    const folder = join(this.path, "output", `${this.prefix}${name}`);
    const files = readdirSync(folder).filter((file) => file.includes("-completed-"));
    return files.map((file) =>
      readFileSync(join(folder, file), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as { readonly response: unknown }).response),
    );
  }

  #namesIn(folder: string): string[] {
    return readdirSync(join(this.path, folder))
      .filter((name) => name.startsWith(this.prefix))
      .map((name) => name.slice(this.prefix.length))
      .sort();
  }
}

export function recordsOf(count: number, latencyMs = 0): string {
  return Array.from({ length: count }, (_, index) => {
    const parameters = { latency_ms: latencyMs, response: `answer ${index.toString()}` };
    const record = { id: index, api: "test", model_name: "m", prompt: "Say something" };
    return `${JSON.stringify({ ...record, parameters })}\n`;
  }).join("");
}

export async function startWatch(
  client: Client,
  { path }: WatchedFolder,
  given: Partial<WatchSettings> = {},
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof watchInput>> {
  const settings: WatchSettings = {
    dataFolder: path,
    concurrent: 1,
    once: true,
    run: { requestsPerMinute: 60_000, envFile: join(path, ".env") },
    ...given,
  };
  return client.workflow.start<typeof watchInput>(workflowTypes.watch, {
    workflowId: watchIdOf(path),
    taskQueue: stageQueues.main,
    args: [{ settings }],
  });
}
