import type { Call, Fault } from '@novakit/driver-fake'
import type { ConductorProcess } from './conductor-process.ts'
import type { FailPointHook, Random } from '@novakit/core'
import type { StorageCall, StorageFault } from '@novakit/core/oracles'
import { layers, type Layers } from './layers.ts'

/** What decides over everything that can go wrong, each case by itself. The bus has a layer of its own for messages. */
export interface Chaos {
  /** Calls of hypervisors. */
  readonly driver: Layers<[call: Call, stream: Random], Fault>
  /** What conductors and APIs do with their stores. */
  readonly storage: Layers<[process: ConductorProcess, call: StorageCall], StorageFault>
  /** Steps of sagas. The answer never comes where the process dies there. */
  readonly failPoints: Layers<[process: ConductorProcess, ...at: Parameters<FailPointHook>], Promise<void>>
}

export const chaosLayers = (): Chaos => ({ driver: layers(), storage: layers(), failPoints: layers() })
