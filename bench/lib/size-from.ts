/** The number in an environment variable: a smaller bench for a machine that does other work. */
export function sizeFrom(variable: string, whole: number): number {
  return Number(process.env[variable] ?? whole);
}
