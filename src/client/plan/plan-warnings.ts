import { countOf } from "../../domain/count-text.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { formatMoney } from "../../domain/money/format-money.js";
import type { ExperimentPlan, ModelOfPlan } from "../../domain/plan/plan.js";
import { formatDuration } from "../../settings/duration.js";
import { options } from "../../settings/options/options.js";
import type { InputSurvey } from "./input-survey.js";

type Plan = Omit<ExperimentPlan, "warnings">;

type Surveyed = Pick<InputSurvey, "longerThan" | "longest" | "recordsWithMedia">;

export interface WarningFacts {
  /** Absent for rows, because not all of their prompts are known. */
  readonly survey?: Surveyed;
  readonly settings: Pick<ExperimentSettings, "maxCost" | "rephrase">;
  /** Warnings of the check. */
  readonly notices: readonly string[];
}

/** Returns the warnings of a plan, one sentence each. */
export function planWarnings(plan: Plan, facts: WarningFacts): readonly string[] {
  const { survey, settings, notices } = facts;
  return [
    ...notices,
    ...slowWarnings(plan),
    ...(survey ? contextWarnings(plan, survey) : []),
    ...priceWarnings(plan),
    ...moneyWarnings(plan, settings),
    ...(survey ? mediaWarnings(survey) : []),
    ...(settings.rephrase?.parser === undefined
      ? []
      : [
          `The plan counts one prompt for each rephrase. ${settings.rephrase.parser} may make several of it.`,
        ]),
  ];
}

/** Minimum number of records for a warning about the default rate. */
const manyRecords = 100;

function slowWarnings({ groups, unit }: Plan): readonly string[] {
  const byDefault = options.requestsPerMinute.default;
  const slow = groups.filter(
    ({ records, requestsPerMinute, boundBy }) =>
      records > manyRecords && requestsPerMinute === byDefault && boundBy === "requests",
  );
  return slow.map(({ calls, timeMs, name, stage }) => {
    const where =
      groups.length === 1
        ? ""
        : ` of ${stage ?? `${unit === "record" ? "group" : "step"} ${name}`}`;
    return (
      `${countOf(calls, "call")}${where} take about ${formatDuration(timeMs.low)} at the default of ` +
      `${byDefault} requests per minute. Give the rate of your API with --max-queries.`
    );
  });
}

function contextWarnings({ models }: Plan, survey: Surveyed): readonly string[] {
  return models.flatMap(({ target, contextWindow, stage }) => {
    if (contextWindow === undefined || stage !== undefined) return [];
    const over = survey.longerThan(target, contextWindow);
    if (over === 0) return [];
    const longest = survey.longest.find((prompt) => prompt.target === target);
    const place = longest
      ? `: the longest is line ${longest.line} with about ${longest.tokens.toLocaleString("en")}`
      : "";
    return [
      `${countOf(over, "prompt")} may not fit into the context of ${target}, ` +
        `which has ${contextWindow.toLocaleString("en")} tokens${place}.`,
    ];
  });
}

function priceWarnings({ models }: Plan): readonly string[] {
  const unknown = models.filter(({ unknownCalls }) => unknownCalls > 0);
  const [first] = unknown;
  if (!first) return [];
  const addresses = [...new Set(unknown.flatMap(({ ownAddress = [] }) => ownAddress))];
  const why = addresses.length === 0 ? "" : ` at the address in ${addresses.join(", ")}`;
  const names = [...new Set(unknown.map(nameOf))];
  return [
    `The price of ${names.join(", ")} is unknown${why}, so the cost lacks these calls. ` +
      `Give dollars per million tokens under \`prices\` in ostinato.json: ${examplePrice(first)}.`,
  ];
}

function nameOf({ target, similarModel }: ModelOfPlan): string {
  return similarModel === undefined ? target : `${target} (similar: ${similarModel})`;
}

function examplePrice({ target }: ModelOfPlan): string {
  const [api = "", ...model] = target.split("/");
  const name = model.length === 0 ? "*" : model.join("/");
  return JSON.stringify({ [api]: { [name]: { input: 0.5, output: 1.5 } } });
}

function moneyWarnings(
  { total: { cost } }: Plan,
  { maxCost = Infinity }: WarningFacts["settings"],
): readonly string[] {
  if (cost.high <= maxCost) return [];
  const may = cost.low > maxCost ? "will stop" : "may stop";
  return [
    `--max-cost ${maxCost} ${may} the experiment, which costs up to ${formatMoney(cost.high)}.`,
  ];
}

function mediaWarnings({ recordsWithMedia }: Surveyed): readonly string[] {
  if (recordsWithMedia === 0) return [];
  return [
    `${countOf(recordsWithMedia, "record")} with files: the tokens of files are unknown before they are sent, and not in the plan.`,
  ];
}
