import type { PipelineInput } from "../../domain/experiment/experiment.js";
import type { KeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";

/** The segments of a pipeline with global steps, as its experiment runs them. */
export function segmentPlans({ segments }: KeptPipeline): Pick<PipelineInput, "segments"> {
  if (!segments) return {};
  return {
    segments: segments.map(({ leaves, globals }) => ({ walks: leaves.length > 0, globals })),
  };
}
