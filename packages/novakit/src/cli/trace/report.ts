import type { Terminal } from '../terminal.ts'
import type { TraceOptions, TraceResult } from './trace.ts'
import type { TraceSet } from './set.ts'
import { bar } from '../terminal.ts'
import type { Progress } from './replay.ts'

export function introduce(screen: Terminal, { set, preset, database }: TraceOptions): void {
  const where = database === null ? 'a temporary database' : database
  if (set.origin === 'twin')
    screen.say('The files of the set are not there: a generated twin of the same shape serves.')
  screen.say(
    `${set.name}: ${set.requests.length} servers for ${set.hosts.length} hosts in ` +
      `${new Set(set.hosts.map(({ rack }) => rack)).size} racks, ${preset === 'pack' ? 'packed' : 'spread'}, on ${where}.`,
  )
}

/** A line that tells how far the replay is, now and then. */
export function shower(screen: Terminal, { requests }: TraceSet): (progress: Progress) => void {
  const all = requests.length
  let shown = -1
  return ({ accepted, settled }) => {
    const step = Math.floor((settled / all) * 200)
    const over = settled >= all && shown < 200
    if (step === shown && !over) return
    shown = step
    screen.progress(
      `Replaying  ${bar(Math.min(1, settled / all))}  ${accepted} accepted, ${settled} of ${all} done`,
      over,
    )
  }
}

const MOST_FINDINGS = 20

export function tell(screen: Terminal, result: TraceResult): void {
  const { active, requests, errors, grouped, seconds, findings } = result
  const others = Object.entries(errors).map(([why, count]) => `${count} found no place (${why})`)
  screen.say(
    [
      `${active} of ${requests} are active${others.length === 0 ? '' : `; ${others.join('; ')}`}.`,
      `Of those with a group ${grouped.active} are active; a greedy assignment finds places for ${grouped.greedy}.`,
      `${result.serversPerSecond.toFixed(0)} servers/s from the first request to the last active (${seconds.replay.toFixed(1)} s), ` +
        `${result.cpuPerServer.toFixed(2)} ms of CPU each, at most ${result.peakMemory.toFixed(0)} MiB.`,
      findings.length === 0
        ? 'The check found nothing wrong.'
        : `The check found ${findings.length} things wrong:\n${findings.slice(0, MOST_FINDINGS).join('\n')}`,
    ].join('\n'),
  )
}
