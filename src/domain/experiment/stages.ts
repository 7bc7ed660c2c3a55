/**
 * The stages of an experiment: each is a run of its own, with its own folder, stamp and groups, and the next one's input
 * is made from what it brought.
 */

export type StageKind = "rephrase" | "main" | "judge";

export interface Stage {
  readonly kind: StageKind;
  /** Of its folder and files; that of the experiment where it has no other stage. */
  readonly name: string;
}

/** Judges and templates of a judge folder. */
export interface JudgeChoice {
  /** Absolute; `settings.json` and the templates lie in it. */
  readonly folder: string;
  readonly judges: readonly string[];
  /** Names of files. */
  readonly templates: readonly string[];
}

/** Models and templates of a rephrase folder. */
export interface RephraseChoice {
  /** Absolute; `settings.json` and the templates lie in it. */
  readonly folder: string;
  readonly models: readonly string[];
  /** The name of one file, with a template a line. */
  readonly templates: string;
  /** What makes prompts of an answer. @default the answer is the prompt */
  readonly parser?: string;
}

export interface RephraseSettings extends RephraseChoice {
  /** Send the rephrased prompts alone. */
  readonly removeOriginal: boolean;
  /** Write the rephrased prompts and send none of them. */
  readonly only: boolean;
}

export interface StagedExperiment {
  readonly settings: {
    readonly name: string;
    readonly judge?: JudgeChoice;
    readonly rephrase?: RephraseSettings;
  };
  /** A completed file: its answers are judged, and nothing else is sent. */
  readonly judgeOf?: string;
}

/** In their order; named as prompto names their folders. */
export function stagesOf({ settings, judgeOf }: StagedExperiment): readonly Stage[] {
  const { name, judge, rephrase } = settings;
  if (judgeOf !== undefined) return [{ kind: "judge", name }];
  const main = rephrase ? `post-rephrase-${name}` : name;
  return [
    ...(rephrase ? [{ kind: "rephrase", name: `rephrase-${name}` } as const] : []),
    ...(rephrase?.only === true ? [] : [{ kind: "main", name: main } as const]),
    ...(judge && rephrase?.only !== true
      ? [{ kind: "judge", name: `judge-${main}` } as const]
      : []),
  ];
}

/** How a stage ended. */
export interface StageResult extends Stage {
  /** 0 where there was nothing to send: all before it failed. */
  readonly records: number;
  readonly completed: number;
  readonly failed: number;
  /** The run's state folder. */
  readonly directory?: string;
  readonly completedFile?: string;
}
