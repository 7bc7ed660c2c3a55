import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { defined } from "../../domain/defined.js";
import { askExperiment } from "./ask-experiment.js";
import type { ExperimentAnswer } from "./ask-experiment.js";
import { composeStatus } from "./compose-status.js";
import type { StatusFacts, WorkflowFacts } from "./compose-status.js";
import { factsOf } from "./experiment-status.js";
import { activeDirectory, endOfExperiment, findExperiment } from "./find-experiment.js";
import type { ExperimentEnd, FoundExperiment } from "./find-experiment.js";
import { isServerGone } from "../connection/is-server-gone.js";
import { keepWorker } from "../worker/keep-worker.js";
import type { WorkerKeeper } from "../worker/keep-worker.js";
import type { Ostinato } from "../connection/ostinato.js";
import { outliveServer } from "../connection/outlive-server.js";
import type { OutlivingCalls } from "../connection/outlive-server.js";
import { pendingProblems } from "./pending-problems.js";
import { openRunFiles } from "./run-files.js";
import type { RunFiles, RunSnapshot } from "./run-files.js";
import { idPrefixOf, stagesOfFound } from "./stage-status.js";
import type { StageStatus } from "./stage-status.js";
import type { ExperimentStatus } from "./status.js";
import { isRunMissing, runMissing } from "../../storage/run/run-folder.js";
import { untakenRequests } from "./untaken-requests.js";
import type { SteeringRequest } from "./untaken-requests.js";
import { unknownExperiment } from "./unknown-experiment.js";
import { webUiLink } from "../connection/web-ui-link.js";

const askEveryMs = 2_000;
const problemsEveryMs = 10_000;
/** A worker that has just started, or replays after a crash, takes longer to answer. */
const patienceMs = 8_000;
const endAgainMs = 1_000;

export interface FollowOptions {
  /** Stops following; the experiment continues. */
  readonly signal?: AbortSignal;
  /** Start a worker if none answers. It ends when following ends. @default true */
  readonly keepWorker?: boolean;
  /** Called when the server stops or returns, and when a worker starts. */
  readonly onNotice?: (text: string) => void;
  /**
   * Folder in which the run is looked up if the server has forgotten it.
   * @default `OSTINATO_DATA_FOLDER`, otherwise "data"
   */
  readonly dataFolder?: string;
}

/**
 * The facts about an open experiment. Two loops update them: one asks the server and the worker
 * every 2 s, the other waits for the experiment's end. Both survive an interruption of the server.
 * The files are read at each look.
 */
export class ExperimentFollower {
  readonly #ostinato: Ostinato;
  readonly #name: string;
  readonly #calls: OutlivingCalls;
  readonly #worker: WorkerKeeper | undefined;
  readonly #stop = new AbortController();
  #news = new AbortController();
  #found: FoundExperiment;
  #answer: ExperimentAnswer | undefined;
  #asked: readonly SteeringRequest[] = [];
  #answeredAt = Date.now();
  #problems: readonly string[] = [];
  #files: RunFiles | undefined;
  /** The state folder of the open files. */
  #directory: string | undefined;
  #stages: readonly StageStatus[] | undefined;
  #snapshot: RunSnapshot | undefined;
  #isMissing = false;
  #end: ExperimentEnd | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    ostinato: Ostinato,
    found: FoundExperiment & { name: string },
    options: FollowOptions,
  ) {
    const { onNotice } = options;
    const notices = onNotice === undefined ? {} : { onNotice };
    const { signal } = this.#stop;
    setMaxListeners(0, signal);
    this.#ostinato = ostinato;
    this.#name = found.name;
    this.#found = found;
    this.#calls = outliveServer(ostinato, { signal, ...notices });
    this.#worker =
      options.keepWorker === false
        ? undefined
        : keepWorker(ostinato, { name: found.name, ...notices });
    this.#worker?.check(false);
    this.#run(this.#askAgainAndAgain());
    this.#run(this.#awaitEnd());
  }

  /**
   * Throws if following cannot continue: the input was rejected, or the server has lost the
   * experiment.
   */
  async look(): Promise<ExperimentStatus> {
    const end = this.#end;
    await this.#openFiles();
    // While the folder is missing, the counts of the last look are kept.
    this.#snapshot = (await this.#files?.snapshot()) ?? this.#snapshot;
    const directory = activeDirectory(this.#found);
    this.#isMissing = directory !== undefined && (await isRunMissing(directory));
    this.#stages = await stagesOfFound(this.#end ? { ...this.#found, open: false } : this.#found);
    if (this.#failure) throw this.#failure.error;
    if (this.#end?.userError) throw this.#end.userError;
    // The end came during this look. The files of the last stage are not those of the result.
    if (this.#end !== end) return await this.look();
    return composeStatus(this.#facts());
  }

  /** Opens the files of the running stage, and new ones when the next stage begins. */
  async #openFiles(): Promise<void> {
    const directory = activeDirectory(this.#end ? { ...this.#found, open: false } : this.#found);
    if (directory === undefined || directory === this.#directory) return;
    this.#files = await openRunFiles(directory);
    if (this.#files) this.#directory = directory;
  }

  /** Resolves after `ms`, or as soon as the experiment has ended or `signal` fires. */
  async untilNews(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const signals = signal ? [this.#news.signal, signal] : [this.#news.signal];
    await sleep(ms, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#worker?.stop();
  }

  #hasEnded(): boolean {
    return this.#end !== undefined;
  }

  #run(loop: Promise<void>): void {
    loop.catch((error: unknown) => {
      if (this.#stop.signal.aborted) return;
      this.#failure = { error };
      this.#news.abort();
    });
  }

  #facts(): StatusFacts {
    const { workflowId, runId, memo } = this.#found;
    const webUi = webUiLink(this.#ostinato, workflowId, runId);
    const away = this.#calls.problem();
    const missing = this.#end ? undefined : this.#missingProblem();
    const problems = [missing, away, this.#worker?.problem(), ...this.#problems];
    return {
      name: this.#name,
      dataFolder: memo.dataFolder ?? "",
      workflow: this.#workflow(),
      problems: problems.filter((problem) => problem !== undefined),
      answerAwaited: away !== undefined || Date.now() - this.#answeredAt < patienceMs,
      ...(this.#answer && { answer: this.#answer, asked: this.#asked }),
      ...defined({ files: this.#knownFiles() }),
      ...defined({ webUi }),
      ...defined({ stages: this.#stages }),
    };
  }

  #missingProblem(): string | undefined {
    const directory = activeDirectory(this.#found);
    return directory !== undefined && this.#isMissing ? runMissing(directory) : undefined;
  }

  #workflow(): WorkflowFacts {
    const facts = factsOf(this.#found);
    if (!this.#end) return facts;
    const { result, error } = this.#end;
    return {
      ...facts,
      open: false,
      ...defined({ result, error }),
    };
  }

  async #askAgainAndAgain(): Promise<void> {
    const { signal } = this.#stop;
    let problemsAt = 0;
    while (!signal.aborted && !this.#end) {
      const found = await this.#find();
      if (!found) throw await unknownExperiment(this.#ostinato, this.#name);
      if (!found.open || found.runId !== this.#found.runId) return;
      // The facts of the end are newer, even if they came first.
      if (this.#hasEnded()) return;
      this.#found = found;
      this.#answer = await this.#calls.call(() => this.#ask(found));
      if (this.#answer) this.#answeredAt = Date.now();
      this.#worker?.check(this.#answer !== undefined);
      if (Date.now() - problemsAt >= problemsEveryMs) {
        problemsAt = Date.now();
        this.#problems = await this.#calls.call(() => this.#pending(found));
      }
      await this.#calls.pause(askEveryMs);
    }
  }

  /**
   * Groups may say that they are blocked before a resume or a cancel reaches them. So they are
   * asked again after the requests under way, which the second answer does not know.
   */
  async #ask({ workflowId }: FoundExperiment): Promise<ExperimentAnswer | undefined> {
    const { client } = this.#ostinato;
    const answer = await askExperiment(client, workflowId);
    const blocked = (answer?.description.groups ?? []).filter(
      ({ plan }) => (answer?.progress.get(plan.slug)?.blocked.length ?? 0) > 0,
    );
    this.#asked = [];
    if (blocked.length === 0) return answer;
    for (const id of [workflowId, ...blocked.map((group) => group.workflowId)]) {
      this.#asked = [...this.#asked, ...(await untakenRequests(client, id))];
    }
    return askExperiment(client, workflowId);
  }

  /** While a worker starts, the refusals in the files may be those of before a resume. */
  #knownFiles(): RunSnapshot | undefined {
    const snapshot = this.#snapshot;
    const isOld = this.#worker !== undefined && this.#answer === undefined;
    return snapshot && isOld ? { ...snapshot, refusals: [] } : snapshot;
  }

  async #find(): Promise<FoundExperiment | undefined> {
    return await this.#calls.call(() => findExperiment(this.#ostinato.client, this.#name));
  }

  async #pending({ workflowId, memo }: FoundExperiment): Promise<readonly string[]> {
    const below = idPrefixOf(workflowId, memo);
    return await pendingProblems(this.#ostinato.client, workflowId, below);
  }

  async #awaitEnd(): Promise<void> {
    const { client } = this.#ostinato;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const end = await client.withAbortSignal(signal, () =>
          endOfExperiment(client, this.#found),
        );
        // A short run may have ended before its folder was known here.
        const found = await this.#find();
        if (found?.runId === this.#found.runId) this.#found = found;
        this.#end = end;
        this.#news.abort();
        return;
      } catch (error) {
        if (!isServerGone(error)) throw error;
        await sleep(endAgainMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
