/**
 * The stages of an experiment. Each is a run with its own folder, stamp and groups. The next
 * stage's input is made from its output.
 */

/**
 * Kind of a stage. `aggregation` is the aggregation of a batch run that asks models, after its
 * lines.
 */
export type StageKind = "rephrase" | "main" | "segment" | "judge" | "aggregation";

export interface Stage {
  readonly kind: StageKind;
  /**
   * Name of the stage's folder and files. It is the experiment's name if there is no other stage.
   */
  readonly name: string;
  /** Index of a further segment of a pipeline with global steps, starting at 1. */
  readonly segment?: number;
  /** Names of the global steps that run after this stage, in order. */
  readonly globals?: readonly string[];
}

/** A part of a pipeline between two cuts. */
export interface SegmentPlan {
  /**
   * False if no row walks, because the global step before the segment is followed only by global
   * steps.
   */
  readonly walks: boolean;
  /** Names of the global steps after the segment, in the order in which they run. */
  readonly globals: readonly string[];
}

/** The chosen judges and templates of a judge folder. */
export interface JudgeChoice {
  /** Absolute path. The folder contains `settings.json` and the templates. */
  readonly folder: string;
  /** Names of judges. `strict:expected=truth` reads the expected answer from the key `truth`. */
  readonly judges: readonly string[];
  /** File names of templates. */
  readonly templates: readonly string[];
}

/** The chosen models and templates of a rephrase folder. */
export interface RephraseChoice {
  /** Absolute path. The folder contains `settings.json` and the templates. */
  readonly folder: string;
  readonly models: readonly string[];
  /** Name of a file with one template per line. */
  readonly templates: string;
  /** Parser that splits an answer into prompts. @default the answer is the prompt */
  readonly parser?: string;
}

export interface RephraseSettings extends RephraseChoice {
  /** Send only the rephrased prompts. */
  readonly removeOriginal: boolean;
  /** Write the rephrased prompts and do not send them. */
  readonly only: boolean;
}

export interface StagedExperiment {
  readonly settings: {
    readonly name: string;
    readonly judge?: JudgeChoice;
    readonly rephrase?: RephraseSettings;
  };
  /** A completed file whose answers are judged. Nothing else is sent. */
  readonly judgeOf?: string;
  readonly pipeline?: { readonly segments?: readonly SegmentPlan[] };
}

/** Returns the stages in their order, with prompto's names for their folders. */
export function stagesOf({ settings, judgeOf, pipeline }: StagedExperiment): readonly Stage[] {
  const { name, judge, rephrase } = settings;
  if (pipeline?.segments) return segmentStages(name, pipeline.segments);
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

/** Returns the stage of an aggregation that asks models, after the lines of a batch run. */
export function aggregationStage(name: string): Stage {
  return { kind: "aggregation", name: `${name}-aggregation` };
}

/** False for a stage whose groups and pages are named for the experiment. */
export function isNamedForItself({ kind }: Pick<Stage, "kind">): boolean {
  return kind !== "segment" && kind !== "aggregation";
}

/** Returns the stages of segments. The first segment is the main stage. */
function segmentStages(name: string, segments: readonly SegmentPlan[]): readonly Stage[] {
  const stages: Stage[] = [];
  for (const [segment, { walks, globals }] of segments.entries()) {
    const last = stages.pop();
    if (last && !walks) {
      stages.push({ ...last, globals: [...(last.globals ?? []), ...globals] });
      continue;
    }
    const kind =
      segment === 0
        ? ({ kind: "main", name } as const)
        : ({ kind: "segment", name: `${name}-segment-${segment + 1}`, segment } as const);
    stages.push(...(last ? [last] : []), { ...kind, ...(globals.length > 0 && { globals }) });
  }
  return stages;
}

/** Result of a stage. */
export interface StageResult extends Stage {
  /** 0 if there was nothing to send, because every earlier record failed. */
  readonly records: number;
  readonly completed: number;
  readonly failed: number;
  /** The run's state folder. */
  readonly directory?: string;
  readonly completedFile?: string;
}
