import type { Route } from '@novakit/http-kit'
import type { Handler } from './call.ts'
import * as aggregates from './handlers/aggregates.ts'
import * as allocations from './handlers/allocations.ts'
import * as candidates from './handlers/candidates.ts'
import * as inventories from './handlers/inventories.ts'
import { list as listProviders } from './handlers/list-providers.ts'
import * as providers from './handlers/providers.ts'
import * as reshaper from './handlers/reshaper.ts'
import * as classes from './handlers/resource-classes.ts'
import { showVersions } from './handlers/root.ts'
import * as traits from './handlers/traits.ts'
import * as usages from './handlers/usages.ts'

export interface Endpoint {
  readonly handle: Handler
  /** Minor version; it is unknown before. */
  readonly since: number
  /** What it is before. */
  readonly before: 404 | 405
  /** Whether its body has to be JSON; of some only up to a version. */
  readonly takesJson: (minor: number) => boolean
  /** Whether it answers with JSON, which the client then has to accept. */
  readonly givesJson: boolean
}

type Kind = 'reads' | 'takes' | 'acts'

/** `reads` answers with JSON, `takes` wants JSON, `acts` neither. */
function endpoint(kind: Kind, handle: Handler, since = 0): Endpoint {
  return { handle, since, before: 404, takesJson: () => kind === 'takes', givesJson: kind === 'reads' }
}

const PROVIDER = '/resource_providers/:uuid'

const table: Readonly<Record<string, Endpoint>> = {
  'GET /': endpoint('acts', showVersions),
  'GET ': endpoint('acts', showVersions),
  'GET /resource_classes': endpoint('reads', classes.list, 2),
  'POST /resource_classes': endpoint('takes', classes.create, 2),
  'GET /resource_classes/:name': endpoint('reads', classes.show, 2),
  'PUT /resource_classes/:name': { ...endpoint('takes', classes.put, 2), takesJson: (minor) => minor < 7 },
  'DELETE /resource_classes/:name': endpoint('acts', classes.remove, 2),
  'GET /resource_providers': endpoint('reads', listProviders),
  'POST /resource_providers': endpoint('takes', providers.create),
  [`GET ${PROVIDER}`]: endpoint('reads', providers.show),
  [`DELETE ${PROVIDER}`]: endpoint('acts', providers.remove),
  [`PUT ${PROVIDER}`]: endpoint('takes', providers.update),
  [`GET ${PROVIDER}/inventories`]: endpoint('reads', inventories.list),
  [`POST ${PROVIDER}/inventories`]: endpoint('takes', inventories.add),
  [`PUT ${PROVIDER}/inventories`]: endpoint('takes', inventories.set),
  [`DELETE ${PROVIDER}/inventories`]: { ...endpoint('acts', inventories.removeAll, 5), before: 405 },
  [`GET ${PROVIDER}/inventories/:resource_class`]: endpoint('reads', inventories.show),
  [`PUT ${PROVIDER}/inventories/:resource_class`]: endpoint('takes', inventories.change),
  [`DELETE ${PROVIDER}/inventories/:resource_class`]: endpoint('acts', inventories.remove),
  [`GET ${PROVIDER}/usages`]: endpoint('reads', usages.ofProvider),
  [`GET ${PROVIDER}/aggregates`]: endpoint('reads', aggregates.list, 1),
  [`PUT ${PROVIDER}/aggregates`]: endpoint('takes', aggregates.set, 1),
  [`GET ${PROVIDER}/allocations`]: endpoint('reads', allocations.listOnProvider),
  [`GET ${PROVIDER}/traits`]: endpoint('reads', traits.listOfProvider, 6),
  [`PUT ${PROVIDER}/traits`]: endpoint('takes', traits.setOfProvider, 6),
  [`DELETE ${PROVIDER}/traits`]: endpoint('acts', traits.removeOfProvider, 6),
  'POST /allocations': endpoint('takes', allocations.post, 13),
  'GET /allocations/:consumer_uuid': endpoint('reads', allocations.showOfConsumer),
  'PUT /allocations/:consumer_uuid': endpoint('takes', allocations.put),
  'DELETE /allocations/:consumer_uuid': endpoint('acts', allocations.remove),
  'GET /allocation_candidates': endpoint('reads', candidates.list, 10),
  'GET /traits': endpoint('reads', traits.list, 6),
  'GET /traits/:name': endpoint('acts', traits.show, 6),
  'PUT /traits/:name': endpoint('acts', traits.put, 6),
  'DELETE /traits/:name': endpoint('acts', traits.remove, 6),
  'GET /usages': endpoint('reads', usages.ofProject, 9),
  'POST /reshaper': endpoint('takes', reshaper.post, 30),
}

export const routes: readonly Route<Endpoint>[] = Object.entries(table).map(([key, target]) => {
  const at = key.indexOf(' ')
  return { method: key.slice(0, at), path: key.slice(at + 1), target }
})
