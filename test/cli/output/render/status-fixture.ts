import type { ExperimentStatus, GroupStatus } from "../../../../src/index.js";

export function groupStatus(change: Partial<GroupStatus> = {}): GroupStatus {
  return {
    name: "all",
    limitKey: "api/test/parrot",
    state: "sending",
    records: 500,
    completed: 120,
    failed: 3,
    open: 8,
    requestsPerMinute: 480,
    expectedMs: 47_000,
    ...change,
  };
}

export function experimentStatus(change: Partial<ExperimentStatus> = {}): ExperimentStatus {
  return {
    name: "pilot",
    state: "running",
    dataFolder: "/user/data",
    records: 500,
    completed: 120,
    failed: 3,
    inFlight: 8,
    requestsPerMinute: 480,
    groups: [groupStatus()],
    blocked: [],
    slowdowns: [],
    problems: [],
    workerAnswers: true,
    startedAt: 1_000_000,
    ...change,
  };
}
