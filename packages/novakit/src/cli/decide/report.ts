import type { Candidate } from '@novakit/core'
import type { RemedyChange } from '@novakit/scheduler'
import { table } from '../terminal.ts'
import type { Answer } from './decide-files.ts'

/** For people: where each server goes or why not, and the hosts in order. */
export function reportOf(answers: readonly Answer[]): string {
  return answers.map(sectionOf).join('\n\n')
}

function sectionOf({ name, decision, ranking, summary, diagnosis }: Answer): string {
  const places = decision.choices.map(({ server, chosen, alternates }) => {
    const others = alternates.length === 0 ? '' : ` (or ${alternates.map(nodeOf).join(', ')})`
    return `  ${server} → ${nodeOf(chosen)}${others}`
  })
  return [
    `${name}: ${decision.kind === 'placed' ? 'placed' : `refused, ${decision.fitted} would fit`}`,
    ...places,
    ...(summary === null ? [] : [`  ${summary}`]),
    ...(ranking.length === 0 ? [] : ['', indented(rankingTable(ranking, diagnosis !== null))]),
    ...(diagnosis === null ? [] : explained(diagnosis)),
  ].join('\n')
}

const nodeOf = ({ host, node }: Pick<Candidate, 'host' | 'node'>): string =>
  String(host) === String(node) ? host : `${host}/${node}`

function rankingTable(ranking: Answer['ranking'], withScores: boolean): string {
  const weighers = withScores ? Object.keys(ranking[0]?.scores ?? {}) : []
  const rows = ranking.map((each, at) => [
    at + 1,
    nodeOf(each),
    rounded(each.weight),
    ...weighers.map((weigher) => rounded(each.scores[weigher]?.weighted ?? 0)),
  ])
  return table(['', 'host', 'weight', ...weighers], rows)
}

function explained({ explanation, short, remedy }: NonNullable<Answer['diagnosis']>): readonly string[] {
  const stages = explanation.stages.map(({ name, before, after, refused, closest }) => {
    const codes = Object.entries(refused).map(([code, count]) => `${code} ${count}`)
    const by = closest?.reason.shortBy
    const nearest = closest === null ? '' : `${nodeOf(closest)}${by === undefined ? '' : `, short by ${rounded(by)}`}`
    return [name, before, after, codes.join(', '), nearest]
  })
  const lacking = short.map((each) => [
    each.resourceClass,
    each.requested,
    each.hosts,
    rounded(each.shortBy),
    each.closest,
  ])
  return [
    '',
    indented(table(['stage', 'before', 'after', 'refused', 'closest'], stages)),
    ...(lacking.length === 0
      ? []
      : ['', indented(table(['short of', 'asked', 'hosts', 'least short by', 'closest'], lacking))]),
    ...(remedy === null ? ['', '  No set of changes is known that would let it through.'] : remedied(remedy.changes)),
  ]
}

function remedied(changes: readonly RemedyChange[]): readonly string[] {
  return changes.length === 0 ? [] : ['', '  It would fit if:', ...changes.map((change) => `  - ${inWords(change)}`)]
}

/** One change as a sentence without its full stop. */
export function inWords(change: RemedyChange): string {
  const at = nodeOf({ host: change.host, node: change.nodeName })
  switch (change.kind) {
    case 'free':
      return `${change.amount} more ${change.resourceClass} were free on ${change.provider}`
    case 'offer':
      return `${change.provider} offered ${change.amount} ${change.resourceClass}, of which it has none`
    case 'units':
      return `${change.provider} gave out ${change.resourceClass} in an amount of ${change.amount}`
    case 'trait':
      return `${change.provider} ${change.has ? 'had' : 'had not'} the trait ${change.trait}`
    case 'aggregate':
      return `${at} were ${change.member ? '' : 'not '}in the aggregate ${change.aggregate}`
    case 'enable':
      return `${at} were enabled`
    case 'up':
      return `${at} were up`
    case 'reach':
      return `the cell of ${at} answered`
    case 'destination':
      return `the request could go to ${at}`
    case 'exempt':
      return `${change.filter} let ${at} pass (${change.reason})`
  }
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')

/** For programs: Maps as objects. */
export function jsonOf(answers: readonly Answer[]): string {
  const plain = answers.map(({ name, decision, ranking, summary, diagnosis }) => ({
    name,
    kind: decision.kind,
    fitted: decision.choices.length,
    choices: decision.choices.map(({ server, chosen, alternates }) => ({
      server,
      chosen: candidateOf(chosen),
      alternates: alternates.map(candidateOf),
    })),
    ranking,
    ...(summary === null ? {} : { summary }),
    ...(diagnosis === null
      ? {}
      : { stages: diagnosis.explanation.stages, short: diagnosis.short, remedy: diagnosis.remedy?.changes ?? null }),
  }))
  return JSON.stringify({ requests: plain })
}

function candidateOf({ host, node, cell, weight, allocations, mappings }: Candidate): unknown {
  const [claims, groups] = [Object.fromEntries(allocations), Object.fromEntries(mappings)]
  return { host, node, cell, weight, allocations: claims, mappings: groups }
}
