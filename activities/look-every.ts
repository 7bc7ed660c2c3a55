/**
 * Looks at something at intervals, until the returned function is called. A slow look, for example
 * at a folder whose mount is lost, delays the next one.
 *
 * @param onError called with the error of a look
 */
export function lookEvery(
  everyMs: number,
  look: () => Promise<void>,
  onError: (error: unknown) => void,
): () => void {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const lookOnce = async (): Promise<void> => {
    await look().catch(onError);
    if (!isStopped) lookLater();
  };
  const lookLater = (): void => {
    timer = setTimeout(() => void lookOnce(), everyMs);
  };
  lookLater();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
