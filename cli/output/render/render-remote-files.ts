import type { RemoteFile } from "../../../src/domain/record/remote-files.js";
import { formatCount } from "../format/format-count.js";
import { renderTable } from "../terminal/table.js";

/** Renders uploaded files, one per line. */
export function renderRemoteFiles(files: readonly RemoteFile[], width?: number): string {
  const head = ["name", "file", "type", "bytes", "state", "until"];
  const rows = files.map((file) => [
    file.name,
    file.displayName ?? "-",
    file.mimeType,
    formatCount(file.bytes),
    file.state,
    file.expiresAt ?? "-",
  ]);
  return renderTable(head, rows, { width, expendable: ["type"] });
}
