import type { CellId } from '../domain/ids.ts'
import type { ConductorDeps } from './deps.ts'
import type { Saga, StoreKind } from '../saga/index.ts'
import { actionKind } from '../lifecycle/index.ts'
import { actionSaga } from './act/action-saga.ts'
import { attachInterfaceSaga, detachInterfaceSaga } from './attach/interface-sagas.ts'
import { attachVolumeSaga } from './attach/attach-volume-saga.ts'
import { buildSaga } from './build/build-saga.ts'
import { cancelSaga } from './delete/cancel-saga.ts'
import { CELL0 } from '../domain/ids.ts'
import { confirmSaga } from './resize/confirm-saga.ts'
import { createSaga } from './create/create-saga.ts'
import { detachVolumeSaga } from './attach/detach-volume-saga.ts'
import { deleteSaga } from './delete/delete-saga.ts'
import { evacuateSaga } from './evacuate/evacuate-saga.ts'
import { guestActionNames } from '../domain/server/guest-actions.ts'
import { recoverSaga } from './recover/recover-saga.ts'
import { restoreSaga } from './soft-delete/restore-saga.ts'
import { resizeSaga } from './resize/resize-saga.ts'
import { revertSaga } from './resize/revert-saga.ts'
import { settleSaga } from './evacuate/settle-saga.ts'
import { offloadSaga } from './shelve/offload-saga.ts'
import { shelveSaga } from './shelve/shelve-saga.ts'
import { unshelveSagas } from './shelve/unshelve-sagas.ts'
import { snapshotSagas } from './snapshot/snapshot-sagas.ts'
import { softDeleteSaga } from './soft-delete/soft-delete-saga.ts'

/** What runs in the global store. */
export function globalSagas(deps: ConductorDeps): readonly Saga<'global', never>[] {
  return [createSaga(deps), cancelSaga(deps)]
}

/** What runs in each cell. */
export function cellSagas(deps: ConductorDeps, cell: CellId): readonly Saga<'cell', never>[] {
  const ofSeveralSteps = [softDeleteSaga(deps, cell), restoreSaga(deps, cell)]
  const known = new Set(ofSeveralSteps.map(({ kind }) => kind))
  const actions = guestActionNames
    .filter((action) => !known.has(actionKind(action)))
    .map((action) => actionSaga(deps, cell, action))
  return [
    buildSaga(deps, cell),
    deleteSaga(deps, cell),
    ...actions,
    ...ofSeveralSteps,
    ...snapshotSagas(deps, cell),
    attachVolumeSaga(deps, cell),
    detachVolumeSaga(deps, cell),
    attachInterfaceSaga(deps, cell),
    detachInterfaceSaga(deps, cell),
    shelveSaga(deps, cell),
    offloadSaga(deps, cell),
    ...unshelveSagas(deps, cell),
    evacuateSaga(deps, cell),
    settleSaga(deps, cell),
    recoverSaga(deps, cell),
    resizeSaga(deps, cell),
    confirmSaga(deps, cell),
    revertSaga(deps, cell),
  ]
}

/** A saga as its table shows it, without what its steps do. */
export interface SagaTable {
  readonly kind: string
  readonly store: StoreKind
  readonly steps: readonly {
    readonly name: string
    /** False where there is nothing to undo. */
    readonly undoable: boolean
    readonly pivot: boolean
  }[]
}

/** Every saga there is. Step tests are made from these, so that a new step brings its tests along. */
export function sagaTables(): readonly SagaTable[] {
  // Tables only close over what their steps will stand on.
  const nothing = {} as ConductorDeps
  return [...globalSagas(nothing).map(tableOf), ...cellSagas(nothing, CELL0).map(tableOf)]
}

function tableOf<Kind extends StoreKind>({ kind, store, steps }: Saga<Kind, never>): SagaTable {
  return {
    kind,
    store,
    steps: steps.map(({ name, undo, pivot }) => ({
      name,
      undoable: typeof undo === 'function',
      pivot: pivot === true,
    })),
  }
}
