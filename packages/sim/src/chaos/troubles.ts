import type { Trouble } from './mischief.ts'
import { agentsDyingAtWork, blackouts, clockJumps, deathsAtStores } from './processes.ts'
import { dyingAgents, dyingConductors, stallingConductors, twins } from './processes.ts'
import { badHypervisors, powerCuts } from './hypervisors.ts'
import { badNetwork, badNetworkService, echoes, partitions } from './networks.ts'
import { badStorage, storeOutages } from './stores.ts'

/** Every kind of trouble there is, by name. A seed has some of them. */
export const troubles: Readonly<Record<string, Trouble>> = {
  badNetwork,
  echoes,
  partitions,
  badStorage,
  storeOutages,
  dyingConductors,
  deathsAtStores,
  stallingConductors,
  dyingAgents,
  agentsDyingAtWork,
  twins,
  clockJumps,
  blackouts,
  powerCuts,
  badHypervisors,
  badNetworkService,
}
