import type { GuestEvent, PowerState } from '@novakit/core'
import { domainState, lifecycleDetail, lifecycleEvent, stateReason } from '../../rpc/index.ts'

/** `saved`: the memory of the guest sleeps on disk. */
export function powerStateOf(state: number, saved: boolean): PowerState {
  switch (state) {
    case domainState.running:
    case domainState.blocked:
    case domainState.shuttingDown:
      return 'running'
    case domainState.paused:
      return 'paused'
    case domainState.shutoff:
      return saved ? 'suspended' : 'shutdown'
    case domainState.crashed:
      return 'crashed'
    case domainState.pmSuspended:
      return 'suspended'
    default:
      return 'nostate'
  }
}

/** Whether a guest has a process. */
export function isActive(state: number): boolean {
  return state !== domainState.shutoff && state !== domainState.crashed && state !== domainState.none
}

/** A guest that has left by live migration stays behind as a definition, and says so. */
export function hasLeft(state: number, reason: number): boolean {
  return state === domainState.shutoff && reason === stateReason.shutoff.migrated
}

/** What one of libvirt's life-cycle events means; null: nothing that anybody waits for. */
export function eventKindOf(event: number, detail: number): GuestEvent['kind'] | null {
  switch (event) {
    case lifecycleEvent.started:
      return detail === lifecycleDetail.started.migrated ? null : 'started'
    case lifecycleEvent.suspended:
      return suspendedKind(detail)
    case lifecycleEvent.resumed:
      return detail === lifecycleDetail.resumed.migrated ? 'migration_completed' : 'resumed'
    case lifecycleEvent.stopped:
      return stoppedKind(detail)
    case lifecycleEvent.crashed:
      return 'stopped'
    case lifecycleEvent.pmSuspended:
      return 'suspended'
    default:
      return null
  }
}

function suspendedKind(detail: number): GuestEvent['kind'] | null {
  if (detail === lifecycleDetail.suspended.postCopy) return 'postcopy_started'
  // What stops for a moment to be moved, saved or copied is not what anybody asked for.
  return detail === lifecycleDetail.suspended.migrated ? null : 'paused'
}

function stoppedKind(detail: number): GuestEvent['kind'] {
  if (detail === lifecycleDetail.stopped.saved) return 'suspended'
  return detail === lifecycleDetail.stopped.migrated ? 'migration_completed' : 'stopped'
}
