import type { PipelineInput } from "../../domain/experiment/experiment.js";
import type { KeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";

/** Returns the segments of a pipeline with global steps, in the form for its experiment. */
export function segmentPlans({ segments }: KeptPipeline): Pick<PipelineInput, "segments"> {
  if (!segments) return {};
  return {
    segments: segments.map(({ leaves, globals }) => ({ walks: leaves.length > 0, globals })),
  };
}
