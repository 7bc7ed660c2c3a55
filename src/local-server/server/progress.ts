/** Progress of obtaining and starting a server, for users. */
export interface ServerProgress {
  /** One complete sentence or line. */
  readonly text: string;
  /** Set only during a download, several times per second. */
  readonly receivedBytes?: number;
  readonly totalBytes?: number;
}

export type OnServerProgress = (progress: ServerProgress) => void;
