import type { GroupPlan } from "../../src/domain/experiment/experiment.js";
import type { Range } from "../../src/domain/experiment/ranges.js";
import type { TargetPlan } from "../../src/domain/experiment/target-plan.js";
import type { PageSizes } from "../../src/domain/experiment/sizes.js";

export interface PageInput {
  readonly page: number;
  readonly groupId: string;
  readonly directory: string;
  readonly plan: GroupPlan;
  /** Current rate. The plan contains the rate of the start. */
  readonly requestsPerMinute: number;
  readonly inFlight?: number;
  /** Number of changes of the rates. @default 0 */
  readonly changes?: number;
  /** Current rates of the models that a pipeline's rows call. */
  readonly targets?: readonly TargetPlan[];
  readonly priority: number;
  /** Show the start of each prompt in the Web UI. */
  readonly preview: boolean;
  /** Total rate of the experiment's other groups. */
  readonly otherRequestsPerMinute: number;
  /** Positions that the page may send, in order. It sends as many as one history should contain. */
  readonly ranges: readonly Range[];
  /**
   * True if skipped records with an outcome must be counted. False if they were counted earlier.
   */
  readonly countPassed: boolean;
  readonly resumes: number;
  /** Each `<api>/<model>` that waits for a person. */
  readonly blocked: readonly string[];
  /** Size of the page's history. @default the size of this version */
  readonly sizes?: PageSizes;
}
