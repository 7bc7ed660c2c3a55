/** The calls of one line, from its nodes or from its code. */
import { defined } from "../../src/domain/defined.js";
import type { LineUsage } from "../../src/domain/flow/line.js";
import type { Answer } from "../../src/domain/record/outcome.js";
import type { LineAnswer, LineCall } from "../../src/executors/lines/executor.js";
import { tokensOf } from "../../src/providers/tokens/count-tokens.js";
import type { KeptFlow } from "../../src/storage/run/kept-flow.js";
import type { OpenRun } from "../open-runs.js";
import { askedCall } from "../../src/flow/line/asked-call.js";
import { folderOfImages } from "../../src/flow/messages/images.js";
import type { CallsOfLine } from "../../src/flow/line/line-code.js";
import { lineAnswerOf, recordOf } from "../../src/flow/line/model-call.js";
import type { ModelAsk } from "../../src/flow/line/model-call.js";
import type { RowCalls } from "../rows/row-calls.js";

export interface LineOfCalls {
  readonly run: Pick<OpenRun, "loadProvider">;
  readonly calls: RowCalls;
  readonly kept: Pick<KeptFlow, "apis" | "connections">;
}

export class LineCalls implements CallsOfLine {
  readonly #line: LineOfCalls;
  readonly #open = new Set<Promise<unknown>>();
  #calls = 0;
  #input = 0;
  #output = 0;

  constructor(line: LineOfCalls) {
    this.#line = line;
  }

  async make(asked: ModelAsk, step: string, depth = this.#calls): Promise<LineAnswer> {
    this.#calls += 1;
    const record = recordOf(asked, this.#line.kept);
    const asks = { record, ...defined({ mediaFolder: folderOfImages(record.prompt) }) };
    const making = this.#line.calls.call(asks, { step, path: "", depth });
    this.#open.add(making);
    try {
      const answer = await making;
      await this.#count(record.api, answer);
      return lineAnswerOf(answer, asked);
    } finally {
      this.#open.delete(making);
    }
  }

  async ask(call: LineCall, step: string): Promise<LineAnswer> {
    const asked = await askedCall(call, this.#line.kept);
    return asked.kind === "value" ? { response: asked.value } : this.make(asked, step);
  }

  /** Resolves once the calls in progress have ended. A stopped call never ends. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  usage(): LineUsage | undefined {
    if (this.#input + this.#output === 0) return undefined;
    return { input_tokens: this.#input, output_tokens: this.#output };
  }

  /** Returns the cost of the line's answered calls so far, in dollars. */
  cost(): Pick<Answer, "cost"> {
    return this.#line.calls.cost();
  }

  async #count(api: string, { usage }: Answer): Promise<void> {
    const provider = await this.#line.run.loadProvider(api);
    const counts = tokensOf(provider, usage);
    this.#input += counts?.input ?? 0;
    this.#output += counts?.output ?? 0;
  }
}
