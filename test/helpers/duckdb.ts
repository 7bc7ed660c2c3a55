import { DuckDBInstance } from "@duckdb/node-api";
import type { Json } from "@duckdb/node-api";

/** Runs SQL in DuckDB, an independent reader and writer of Parquet, and returns the rows. */
export async function duckdb(sql: string): Promise<Record<string, Json>[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
