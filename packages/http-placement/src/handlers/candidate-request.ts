import type { ResourceGroup, ResourceRequest } from '@novakit/core'
import { badRequest, codes } from '../fault.ts'
import type { Query } from '../query.ts'
import { aggregateDemands, resourcesIn, traitDemands, traitsIn, treeIn } from '../wire/query-values.ts'
import { pythonText } from '../validate/python-text.ts'

export interface CandidateQuery {
  readonly resources: ResourceRequest
  readonly limit: number | null
}

/** The query of `GET /allocation_candidates`, whose keys and types a schema has checked. @throws Fault 400 */
export function candidateQuery(query: Query, minor: number): CandidateQuery {
  const limit = query.all('limit')[0]
  const root = rootDemand(query)
  const sameSubtree = query.all('same_subtree').map(subtreeIn)
  const groups = groupsOf(query, minor)
  if (minor >= 36) checkSubtrees(groups, sameSubtree)
  else checkOrphans(groups)
  if (minor >= 22) checkContradictions(groups)
  return {
    resources: { groups, groupPolicy: policyOf(query, groups), ...root, sameSubtree },
    limit: limit === undefined ? null : Number(limit),
  }
}

function policyOf(query: Query, groups: readonly ResourceGroup[]): 'none' | 'isolate' | null {
  const policy = query.all('group_policy')[0]
  if (policy === undefined && groups.filter(({ suffix }) => suffix !== '').length > 1) {
    throw badRequest('The "group_policy" parameter is required when specifying more than one "resources{N}" parameter.')
  }
  return policy === 'none' || policy === 'isolate' ? policy : null
}

function rootDemand(query: Query): Pick<ResourceRequest, 'rootRequired' | 'rootForbidden'> {
  const [value, second] = query.all('root_required')
  if (second !== undefined) {
    throw badRequest("Query parameter 'root_required' may be specified only once.", codes.duplicateKey)
  }
  if (value === undefined) return { rootRequired: [], rootForbidden: [] }
  const { required, forbidden } = traitsIn(value, { mayForbid: true, mayChoose: false })
  const conflicts = required.flat().filter((trait) => forbidden.includes(trait))
  if (conflicts.length > 0) {
    const what = `Conflicting required and forbidden traits found in root_required: ${conflicts.join(', ')}`
    throw badRequest(what, codes.badValue)
  }
  return { rootRequired: required.flat(), rootForbidden: forbidden }
}

function subtreeIn(value: string): readonly string[] {
  const suffixes = value.split(',').map((suffix) => suffix.trim())
  if (!suffixes.includes('')) return [...new Set(suffixes)]
  throw badRequest('Empty string (unsuffixed group) can not be specified in `same_subtree` ', codes.badValue)
}

/** Far more than any flavor asks for. The search has to look at every provider of a tree for each of them. */
const MOST_GROUPS = 100
const MOST_AMOUNTS = 200

const KEY = /^(?:resources|required|member_of|in_tree)(.*)$/s

/** The schema of the version has checked what a suffix may be. */
function groupsOf(query: Query, minor: number): readonly ResourceGroup[] {
  const suffixes = new Set<string>()
  for (const [name] of query.entries) {
    const [, suffix] = KEY.exec(name) ?? []
    if (suffix !== undefined) suffixes.add(suffix)
  }
  if (suffixes.size > MOST_GROUPS) throw badRequest(`At most ${MOST_GROUPS} request groups can be asked for at once.`)
  const groups = [...suffixes].map((suffix) => groupOf(query, suffix, minor))
  const amounts = groups.reduce((sum, { resources }) => sum + Object.keys(resources).length, 0)
  if (amounts > MOST_AMOUNTS) throw badRequest(`At most ${MOST_AMOUNTS} amounts can be asked for at once.`)
  return groups
}

function groupOf(query: Query, suffix: string, minor: number): ResourceGroup {
  const resources = query.get(`resources${suffix}`)
  const inTree = query.get(`in_tree${suffix}`)
  return {
    suffix,
    resources: resources === undefined ? {} : resourcesIn(resources),
    ...traitDemands(query.all(`required${suffix}`), minor),
    ...aggregateDemands(query.all(`member_of${suffix}`), suffix, minor),
    inTree: inTree === undefined ? null : treeIn(inTree),
  }
}

function isEmpty({ resources }: ResourceGroup): boolean {
  return Object.keys(resources).length === 0
}

/** Since 1.36 a group may ask for no resources, if a subtree says what it is there for. */
function checkSubtrees(groups: readonly ResourceGroup[], sameSubtree: readonly (readonly string[])[]): void {
  const named = new Set(sameSubtree.flat())
  const empty = groups.filter(isEmpty).map(({ suffix }) => suffix)
  if (empty.length === groups.length) {
    throw badRequest('There must be at least one resources or resources[$S] parameter.', codes.missingValue)
  }
  const bad = empty.filter((suffix) => !named.has(suffix))
  if (bad.length > 0) {
    const what =
      'Resourceless suffixed group request should be specified in `same_subtree` query param: bad group(s) - '
    throw badRequest(`${what}${pythonText(bad)}.`, codes.badValue)
  }
  const suffixes = groups.map(({ suffix }) => suffix)
  const absent = [...named].filter((suffix) => !suffixes.includes(suffix))
  if (absent.length > 0) {
    const what = `${pythonText(absent)} not found in ${pythonText(suffixes)}.`
    throw badRequest(`Real suffixes should be specified in \`same_subtree\`: ${what}`, codes.badValue)
  }
}

/** Before 1.36 every group asks for resources. */
function checkOrphans(groups: readonly ResourceGroup[]): void {
  const orphans = (what: string, has: (group: ResourceGroup) => boolean) =>
    groups.filter((group) => isEmpty(group) && has(group)).map(({ suffix }) => `${what}${suffix}`)
  const traits = orphans('required', ({ required }) => required.length > 0)
  if (traits.length > 0) {
    const what = 'All traits parameters must be associated with resources.  Found the following orphaned traits keys: '
    throw badRequest(what + traits.join(', '))
  }
  const aggregates = orphans('member_of', (group) => group.memberOf.length + group.forbiddenAggregates.length > 0)
  if (aggregates.length > 0) {
    const what =
      'All member_of parameters must be associated with resources. Found the following orphaned member_of keys: '
    throw badRequest(what + aggregates.join(', '))
  }
  if (groups.some(isEmpty)) throw badRequest('All request groups must specify resources.')
  if (groups.length === 0) {
    throw badRequest('At least one request group (`resources` or `resources{$S}`) is required.')
  }
}

function checkContradictions(groups: readonly ResourceGroup[]): void {
  const conflicts = groups.flatMap(({ suffix, required, forbidden }) =>
    required
      .map((any) => [any].flat())
      .filter((any) => any.every((trait) => forbidden.includes(trait)))
      .map((any) => `required${suffix}: (${any.toSorted().join(', ')})`),
  )
  if (conflicts.length === 0) return
  const what = 'Conflicting required and forbidden traits found in the following traits keys: '
  throw badRequest(what + conflicts.toSorted().join(', '))
}
