import { createLogUpdate } from "log-update";
import type { ExperimentStatus } from "../../src/index.js";
import { createNews } from "./news.js";
import { createPace } from "./pace.js";
import { createPlainProgress } from "./plain-progress.js";
import { renderProgress } from "./render-progress.js";
import { sized } from "./sized.js";
import type { Terminal } from "./terminal.js";

/** Shows how an experiment goes on, on stderr. */
export interface Progress {
  readonly show: (status: ExperimentStatus) => void;
  /** A line that stays. */
  readonly notice: (text: string) => void;
  readonly end: () => void;
}

export function createProgress(terminal: Terminal): Progress {
  return terminal.talkScreen.isTerminal ? liveProgress(terminal) : plainProgress(terminal);
}

function plainProgress({ talk }: Terminal): Progress {
  const lineFor = createPlainProgress();
  const teller = startTelling(talk);
  return {
    show(status) {
      const line = lineFor(status, new Date());
      if (line !== undefined) talk(line);
      teller.show(status);
    },
    notice: talk,
    end: teller.stop,
  };
}

function liveProgress({ talkStream, talkScreen }: Terminal): Progress {
  const update = createLogUpdate(sized(talkStream, talkScreen));
  const pace = createPace();
  let latest: ExperimentStatus | undefined;
  const draw = (): void => {
    if (latest) update(renderProgress(latest, talkScreen, pace.perMinute).join("\n"));
  };
  const notice = (text: string): void => {
    update.clear();
    talkStream.write(`${text}\n`);
    draw();
  };
  const teller = startTelling(notice, draw);
  return {
    show(status) {
      latest = status;
      pace.observe(status, Date.now());
      teller.show(status);
      draw();
    },
    notice,
    end() {
      teller.stop();
      draw();
      update.done();
    },
  };
}

interface Teller {
  readonly show: (status: ExperimentStatus) => void;
  readonly stop: () => void;
}

/** Tells what is news, also while no status comes: problems last, and the time that is left moves on. */
function startTelling(tell: (text: string) => void, onTick?: () => void): Teller {
  const newsOf = createNews();
  let latest: ExperimentStatus | undefined;
  const tellNews = (): void => {
    if (latest) newsOf(latest, Date.now()).forEach(tell);
  };
  const ticking = setInterval(() => {
    tellNews();
    onTick?.();
  }, 1000);
  ticking.unref();
  return {
    show(status) {
      latest = status;
      tellNews();
    },
    stop: () => clearInterval(ticking),
  };
}
