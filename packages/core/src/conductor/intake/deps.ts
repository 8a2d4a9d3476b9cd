import type { CellId } from '../../domain/ids.ts'
import type { Command } from '../../domain/operation/command.ts'
import type { ConductorDeps } from '../deps.ts'

/** One cell's ear: what its agents say. */
export interface Intake {
  readonly deps: ConductorDeps
  readonly cell: CellId
  /** Hosts that say hello become part of the cloud without being discovered by an operator. */
  readonly mapHosts: boolean
  /** Sends a command to its host. May be lost. */
  send(command: Command): void
}
