/**
 * The score in whole quanta, cut towards 0 as a conversion to an integer does; a quantum of 0 leaves it as it is. With
 * coarse scores more hosts are equal, and the policy's tie-break decides more often.
 */
export function quantised(score: number, quantum: number): number {
  return quantum === 0 ? score : Math.trunc(score / quantum) * quantum
}
