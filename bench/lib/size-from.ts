/** Returns the size in an environment variable, for a smaller bench on a busy machine. */
export function sizeFrom(variable: string, whole: number): number {
  return Number(process.env[variable] ?? whole);
}
