import type { Trouble } from './mischief.ts'
import { agentsDyingAtWork, blackouts, clockJumps, deathsAtStores } from './processes.ts'
import { dyingAgents, dyingConductors, slowConductors, stallingConductors, twins } from './processes.ts'
import { badHypervisors, deadMachines, nothingStarts, powerCuts } from './hypervisors.ts'
import { badImageService, badNetwork, badNetworkService, badVolumeService, echoes, partitions } from './networks.ts'
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
  slowConductors,
  stallingConductors,
  dyingAgents,
  agentsDyingAtWork,
  twins,
  clockJumps,
  blackouts,
  powerCuts,
  deadMachines,
  badHypervisors,
  nothingStarts,
  badNetworkService,
  badImageService,
  badVolumeService,
}
