/** What goes on while a server is being had, for people. */
export interface ServerProgress {
  /** One whole sentence or line. */
  readonly text: string;
  /** Only with the progress of a download, which comes several times a second. */
  readonly receivedBytes?: number;
  readonly totalBytes?: number;
}

export type OnServerProgress = (progress: ServerProgress) => void;
