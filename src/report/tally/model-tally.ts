import { defined } from "../../domain/defined.js";
import type { Spend } from "../../domain/money/spending.js";
import type { ReportCall, ReportRow } from "../../domain/report/report-row.js";
import type { LatencyReport, ModelReport } from "../../domain/report/run-report.js";
import { createQuantiles } from "../quantiles.js";
import type { Quantiles } from "../quantiles.js";

export interface ModelTally {
  addRecord: (row: ReportRow) => void;
  addCall: (call: ReportCall) => void;
  report: () => Omit<ModelReport, "model">;
}

export function createModelTally(): ModelTally {
  const counts = { completed: 0, failed: 0 };
  const tokens = { input: 0, output: 0 };
  const money = { dollars: 0, unpriced: 0 };
  const reusedSums = { answers: 0, dollars: 0 };
  const latencies = createQuantiles();
  let maxMs = 0;
  let priced = 0;
  const addLatency = (ms: number): void => {
    latencies.add(ms);
    maxMs = Math.max(maxMs, ms);
  };
  const addSpend = ({ cost, tokens: used, reused }: Spend): void => {
    if (reused) {
      reusedSums.answers += 1;
      reusedSums.dollars += cost ?? 0;
      return;
    }
    tokens.input += used.input;
    tokens.output += used.output;
    money.dollars += cost ?? 0;
    if (cost === null) money.unpriced += 1;
    else priced += 1;
  };
  return {
    addRecord(row) {
      const { status, latencyMs, inputTokens = 0, outputTokens = 0, cost } = row;
      const { reused = false, savedCost = 0 } = row;
      counts[status === "failed" ? "failed" : "completed"] += 1;
      if (reused) {
        reusedSums.answers += 1;
        reusedSums.dollars += savedCost;
        return;
      }
      if (status !== "failed" && latencyMs !== undefined) addLatency(latencyMs);
      tokens.input += inputTokens;
      tokens.output += outputTokens;
      if (cost !== undefined) {
        money.dollars += cost;
        priced += 1;
      } else if (status !== "failed") money.unpriced += 1;
    },
    addCall({ sentAt, finishedAt, end, spend }) {
      if (end === "held") return;
      if (spend) addSpend(spend);
      counts[end === "failed" ? "failed" : "completed"] += 1;
      if (end === "answered" && sentAt > 0) addLatency(finishedAt - sentAt);
    },
    report: () => ({
      ...counts,
      ...defined({
        latency: latencyOf(latencies, maxMs),
        tokens: tokens.input + tokens.output > 0 ? { ...tokens } : undefined,
        money: priced > 0 ? { ...money } : undefined,
        reused: reusedSums.answers > 0 ? { ...reusedSums } : undefined,
      }),
    }),
  };
}

function latencyOf(latencies: Quantiles, maxMs: number): LatencyReport | undefined {
  const at = (share: number): number => latencies.at(share) ?? 0;
  if (latencies.at(0.5) === undefined) return undefined;
  return {
    p5Ms: at(0.05),
    p25Ms: at(0.25),
    medianMs: at(0.5),
    p75Ms: at(0.75),
    p95Ms: at(0.95),
    maxMs,
  };
}
