import { capacityOf, type ResourceRequest } from '@novakit/core'
import type { AllocationCandidate, CandidateResult, TreeProvider } from '@novakit/placement/candidates'
import type { Content } from '@novakit/http-kit'
import { jsonPieces, writeJoined } from './json-pieces.ts'

/** The answer as JSON, made in pieces: without a limit it may be many megabytes long. */
export async function candidatesText(
  { candidates, summarised }: CandidateResult,
  request: ResourceRequest,
  minor: number,
): Promise<Content> {
  const requested = new Set(request.groups.flatMap(({ resources }) => Object.keys(resources)))
  const out = jsonPieces()
  await out.write('{"allocation_requests":[')
  await writeJoined(out, candidates, (candidate) => requestText(candidate, minor))
  await out.write('],"provider_summaries":{')
  await writeJoined(out, summarised, (provider) => summaryText(provider, requested, minor))
  await out.write('}}')
  return out.whole()
}

/** Since 1.29 a summary says the same whatever was asked, and most providers are the same from one answer to the next. */
const WHOLE = 29
const known = new WeakMap<TreeProvider, string>()

function summaryText(provider: TreeProvider, requested: ReadonlySet<string>, minor: number): string {
  const before = minor >= WHOLE ? known.get(provider) : undefined
  if (before !== undefined) return before
  const text = `${JSON.stringify(provider.id)}:${JSON.stringify(wireSummary(provider, requested, minor))}`
  if (minor >= WHOLE) known.set(provider, text)
  return text
}

/** Text at once: objects whose keys are ids take several times as long to make as their text. */
function requestText({ allocations, mappings }: AllocationCandidate, minor: number): string {
  if (minor < 12) {
    const list = [...allocations].map(([uuid, resources]) => ({ resource_provider: { uuid }, resources }))
    return JSON.stringify({ allocations: list })
  }
  const taken = objectText(allocations, (resources) => `{"resources":${JSON.stringify(resources)}}`)
  if (minor < 34) return `{"allocations":${taken}}`
  return `{"allocations":${taken},"mappings":${objectText(mappings, (providers) => JSON.stringify(providers))}}`
}

function objectText<T>(entries: ReadonlyMap<string, T>, textOf: (value: T) => string): string {
  let text = ''
  for (const [key, value] of entries) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${textOf(value)}`
  return `{${text}}`
}

/** Before 1.27 only the classes that were asked for. */
function wireSummary(provider: TreeProvider, requested: ReadonlySet<string>, minor: number) {
  const stocks = [...provider.inventories].filter(([name]) => minor >= 27 || requested.has(name))
  return {
    resources: Object.fromEntries(
      stocks.map(([name, stock]) => [name, { capacity: capacityOf(stock), used: stock.used }]),
    ),
    ...(minor >= 17 ? { traits: standardFirst(provider.traits) } : {}),
    ...(minor >= 29 ? { parent_provider_uuid: provider.parent, root_provider_uuid: provider.root } : {}),
  }
}

function standardFirst(traits: ReadonlySet<string>): readonly string[] {
  const custom = [...traits].filter((trait) => trait.startsWith('CUSTOM_'))
  return custom.length === 0 ? [...traits] : [...[...traits].filter((trait) => !trait.startsWith('CUSTOM_')), ...custom]
}
