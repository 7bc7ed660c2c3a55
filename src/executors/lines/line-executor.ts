import { defined } from "../../domain/defined.js";
import { errorText } from "../../domain/failure/error-text.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { CallError, ThreadCall } from "../calls/call-messages.js";
import type { CallRunner, RunnerEvents } from "../calls/call-runner.js";
import { taskFailures } from "./executor.js";
import type { CodeFacts, LineAnswer, LineRequests, Metric } from "./executor.js";
import { LineClock } from "./line-clock.js";
import { codeFactsOf } from "./code-facts.js";
import { protocolVersion } from "./protocol.js";
import type {
  AggregateMessage,
  Failure,
  FromExecutor,
  Hello,
  Ready,
  RequestError,
  RunMessage,
  ToExecutor,
} from "./protocol.js";
import { StuckTasks } from "./stuck-tasks.js";
import { wireId } from "./task-ids.js";
import type { OpenTransport, Transport, TransportLoss } from "./transport.js";

/** A task from the pool, without its unique id on the wire. */
export interface LineWork {
  readonly message: RunMessage | AggregateMessage;
  readonly requests: LineRequests;
}

export interface LineResult {
  readonly value: JsonValue;
  readonly metrics: readonly Metric[];
}

export interface LineExecutorOptions {
  readonly transport: OpenTransport;
  readonly hello: Hello;
  readonly greetMs: number;
  readonly log: (text: string) => void;
}

/** A running task, or an abandoned task whose code has not ended yet. */
interface Live {
  readonly id: string;
  readonly call: ThreadCall<LineWork>;
  readonly clock: LineClock;
}

const lookEveryMs = 100;
/** Maximum number of tasks of an executor. Most of them wait for answers. */
const mostInFlight = 512;

/** One executor. It is greeted, given tasks, and watched. The run answers its requests. */
export class LineExecutor implements CallRunner<LineWork> {
  readonly inFlight = new Map<number, ThreadCall<LineWork>>();
  given = 0;
  isLoaded = false;
  readonly #options: LineExecutorOptions;
  readonly #events: RunnerEvents<readonly CodeFacts[], LineResult>;
  readonly #transport: Transport;
  /** Tasks by their id on the wire. */
  readonly #live = new Map<string, Live>();
  readonly #stuck: StuckTasks;
  readonly #watch: NodeJS.Timeout;
  readonly #greeting: NodeJS.Timeout;
  #running = 0;
  #parallel = 1;
  #outgoing: ToExecutor[] = [];
  #isOver = false;

  constructor(
    options: LineExecutorOptions,
    events: RunnerEvents<readonly CodeFacts[], LineResult>,
  ) {
    this.#options = options;
    this.#events = events;
    this.#transport = options.transport.open({
      onMessage: (message) => this.#hear(message),
      onOutput: (text) => options.log(text),
      onLost: (loss) => this.#lost(loss),
    });
    const { greetMs } = options;
    this.#greeting = setTimeout(() => {
      const advice = "Check that it runs and speaks the protocol in docs/executors.md";
      this.#lost({ message: `did not say "ready" within ${greetMs / 1000} s. ${advice}` });
    }, greetMs);
    this.#stuck = new StuckTasks((number) => this.#send({ ping: number }));
    this.#watch = setInterval(() => this.#look(), lookEveryMs);
    this.#watch.unref();
    this.#send({ hello: options.hello });
  }

  get room(): number {
    if (!this.isLoaded || this.#isOver) return 0;
    return Math.min(this.#parallel - this.#running, mostInFlight - this.#live.size);
  }

  send(calls: readonly ThreadCall<LineWork>[]): void {
    const nowMs = performance.now();
    this.given += calls.length;
    for (const call of calls) {
      const { message } = call.task;
      const isRun = "run" in message;
      const id = wireId(isRun ? message.run : message.aggregate, call.id);
      this.inFlight.set(call.id, call);
      this.#live.set(id, { id, call, clock: new LineClock(nowMs) });
      this.#running += 1;
      this.#send(isRun ? { ...message, run: id } : { ...message, aggregate: id });
    }
  }

  abandon(callId: number): void {
    this.inFlight.delete(callId);
    const live = [...this.#live.values()].find(({ call }) => call.id === callId);
    if (live) this.#send({ abandon: live.id });
  }

  async end(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#watch);
    clearTimeout(this.#greeting);
    await this.#transport.end();
  }

  #hear(message: FromExecutor): void {
    if (this.#isOver) return;
    if ("ready" in message) this.#ready(message.ready);
    else if ("refused" in message) this.#loseBy(message.refused.message);
    else if ("pong" in message) this.#stuck.hear(message.pong);
    else if ("log" in message) this.#log(message.log, message.row);
    else this.#hearOfTask(message);
  }

  #ready({ version, facts, parallel = 1 }: Ready): void {
    if (version !== protocolVersion) {
      const { label } = this.#options.transport;
      this.#loseBy(
        `The executor ${label} speaks version ${version} of the protocol. Expected ${protocolVersion}.`,
      );
      return;
    }
    clearTimeout(this.#greeting);
    this.isLoaded = true;
    this.#parallel = parallel;
    this.#events.onLoaded(codeFactsOf(facts));
  }

  #log(text: string, row: string | undefined): void {
    const requests = row === undefined ? undefined : this.#live.get(row)?.call.task.requests;
    if (requests?.log) requests.log(text);
    else this.#options.log(text);
  }

  /** Handles a message of a task. Messages of ended tasks are late, and are ignored. */
  #hearOfTask(message: Extract<FromExecutor, { readonly row: string }>): void {
    const live = this.#live.get(message.row);
    if (!live) return;
    if ("done" in message)
      this.#done(live, { value: message.done, metrics: message.metrics ?? [] });
    else if ("failed" in message) this.#failed(live, message.failed);
    else if ("request" in message) {
      const { row, call, request } = message;
      const answered = async () => live.call.task.requests.call(request);
      this.#ask(live, answered, (end) => ({ row, call, ...end }));
    } else if ("record" in message) {
      const { row, record, value } = message;
      const recorded = async () => live.call.task.requests.record(record, value);
      this.#ask(live, recorded, (end) => ({
        row,
        recorded: record,
        ...("error" in end && { error: end.error }),
      }));
    }
  }

  /** Asks the run. The time until its answer does not count as time of the code. */
  #ask<Answer>(
    live: Live,
    ask: () => Promise<Answer>,
    toMessage: (
      end: { readonly answer: LineAnswer } | { readonly error: RequestError },
    ) => ToExecutor,
  ): void {
    if (!this.#isWanted(live)) return;
    this.#countRunning(live, () => live.clock.ask(performance.now()));
    const tell = (message: ToExecutor): void => {
      if (this.#isOver || this.#live.get(live.id) !== live) return;
      this.#countRunning(live, () => live.clock.answer(performance.now()));
      if (this.#isWanted(live)) this.#send(message);
    };
    ask().then(
      // A recorded value has no answer, and its message needs none.
      (answer) => tell(toMessage({ answer: answer as LineAnswer })),
      (error: unknown) => tell(toMessage({ error: requestError(error) })),
    );
  }

  #countRunning(live: Live, change: () => void): void {
    const runs = (): number => (live.clock.isRunning ? 1 : 0);
    const before = runs();
    change();
    this.#running += runs() - before;
    if (runs() < before) this.#events.onRoom();
  }

  #done(live: Live, value: LineResult): void {
    if (this.#forget(live)) this.#events.onEnd({ id: live.call.id, value });
  }

  #failed(live: Live, { type, message, trace }: Failure): void {
    const error = { name: type, message, ...(trace != null && { stack: trace }) };
    if (this.#forget(live)) this.#events.onEnd({ id: live.call.id, error });
  }

  /** Forgets a task. Returns false for an abandoned task, whose messages are ignored. */
  #forget(live: Live): boolean {
    this.#live.delete(live.id);
    if (live.clock.isRunning) this.#running -= 1;
    const isWanted = this.inFlight.delete(live.call.id);
    if (!isWanted) this.#events.onRoom();
    return isWanted;
  }

  #isWanted({ call }: Live): boolean {
    return this.inFlight.has(call.id);
  }

  #look(): void {
    const nowMs = performance.now();
    const tasks = [...this.#live.values()].filter(({ clock }) => clock.isRunning);
    const over = tasks.filter(
      ({ clock, call }) => clock.look(nowMs, 2 * lookEveryMs) > call.limitMs,
    );
    const verdict = this.#stuck.look(nowMs, {
      running: tasks.map(({ call }) => call.id),
      over: over.map(({ call }) => call.id),
      current: () => this.#transport.current?.(),
    });
    if (!verdict) return;
    const [first] = over;
    const limitMs = first?.call.limitMs ?? 0;
    const error = {
      name: taskFailures.timeout,
      message: `Line execution timeout: its code took longer than ${limitMs / 1000} s.`,
    };
    const { guilty, suspects } = verdict;
    this.#lose({ error, current: guilty, isMemory: false, ...defined({ suspects }) });
  }

  /**
   * Handles the loss of the executor. Code that waits for an answer runs nothing, so it is no
   * suspect.
   */
  #lost(loss: TransportLoss): void {
    const { isMemory = false, row } = loss;
    const running = [...this.#live.values()].filter(({ clock }) => clock.isRunning);
    const suspects = running.filter((live) => this.#isWanted(live)).map(({ call }) => call.id);
    const isUnsure = running.length > suspects.length;
    const ofRow = row === undefined ? undefined : this.#live.get(row)?.call.id;
    const only = running.length === 1 ? suspects[0] : undefined;
    const current = this.#transport.current?.() ?? ofRow ?? only;
    const who = running.length > 0 ? { suspects } : {};
    this.#lose({ error: this.#errorOf(loss), current, isMemory, isUnsure, ...who });
  }

  #errorOf({ message, output = "", isMemory = false }: TransportLoss): CallError {
    const place = this.isLoaded ? " while it ran the line" : "";
    const sentence = `The executor ${this.#options.transport.label} ${message}${place}.`;
    return {
      name: isMemory ? taskFailures.memory : taskFailures.crash,
      message: output === "" ? sentence : `${sentence} Its last output: ${output}`,
    };
  }

  #loseBy(message: string): void {
    this.#lose({ error: { name: "Refused", message }, current: undefined, isMemory: false });
  }

  #lose(loss: Parameters<RunnerEvents<unknown, unknown>["onLost"]>[0]): void {
    if (this.#isOver) return;
    void this.end();
    this.#events.onLost(loss);
  }

  /** Sends a message. Messages of the same moment are written together. */
  #send(message: ToExecutor): void {
    this.#outgoing.push(message);
    if (this.#outgoing.length > 1) return;
    queueMicrotask(() => {
      const messages = this.#outgoing;
      this.#outgoing = [];
      if (!this.#isOver) this.#transport.send(messages);
    });
  }
}

function requestError(error: unknown): RequestError {
  const type =
    typeof error === "object" && error !== null && "type" in error ? String(error.type) : "Error";
  return { type, message: errorText(error) };
}
