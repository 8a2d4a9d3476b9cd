import type { DieAt } from '../processes/replayer.ts'
import { killPoints, words } from '../processes/kill-points.ts'
import { sagaTables } from '@novakit/core/testing'
import { seededRandom } from 'novakit'

/** Moments to die at: every other one at a named point of a step, the others when so many servers rest. */
export function momentsToDie(seed: string, count: number, servers: number): readonly DieAt[] {
  const random = seededRandom(seed)
  const points = killPoints(sagaTables(), ['server.create', 'server.build'])
  return Array.from({ length: count }, (_, at): DieAt => {
    if (at % 2 === 1) return { settled: random.below(Math.floor(servers * 0.6)), millis: random.below(20) }
    const point = points[random.below(points.length)]
    if (point === undefined) throw new Error('There are no points to die at.')
    return { ...point, visit: point.visit + random.below(Math.floor(servers / 2)) }
  })
}

export function momentInWords(at: DieAt): string {
  if ('settled' in at) return `${at.millis} ms after ${at.settled} servers rest`
  return `${words({ ...at, visit: 1 })}, for the ${at.visit}th time`
}
