import type { AtCell } from '../deps.ts'
import type { BuildStep } from './attempt.ts'
import type { BuildRequestOfAttempt } from './request.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Command } from '../../domain/operation/command.ts'
import type { DestroyPayload } from '../../rpc/orders/destroy.ts'
import type { Nic } from '../../domain/network/network.ts'
import type { OperationId } from '../../domain/ids.ts'
import type { SpawnOrderPayload } from '../../rpc/orders/spawn.ts'
import type { StepContext } from '../../saga/index.ts'
import { commandTo } from '../command-to.ts'
import { done, failed, publish } from '../../saga/index.ts'
import { finishAction } from '../../storage/cell/actions.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { later, millis } from '../../domain/unit/units.ts'
import { problemOf } from '../../domain/error.ts'
import { deletedMeanwhile, moveOn } from './attempt.ts'
import { instanceStanding } from '../../storage/cell/instances.ts'
import { bury } from '../../storage/cell/tombstones.ts'

type Context = StepContext<BuildRequestOfAttempt>

/** The host makes and starts the guest: then the server is active. Undone, nothing of it is left there. */
export function spawnStep(at: AtCell): BuildStep {
  const { deps } = at
  return {
    name: 'spawn',
    quiet: true,
    run: async (context) => {
      const { report, request, attempt } = context
      if (report?.outcome.kind === 'done') {
        return done(report.outcome.output, (tx) => activate(tx, at, request, context.operation.id))
      }
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      if (attempt > 1 && !(await stillMine(at, request))) return failed(problemOf(deletedMeanwhile(request.server)))
      if (await hostIsDown(at, request.host))
        return failed(problemOf(hostErrors.unreachable({}, { detail: { host: request.host } })))
      const command = order(context, 'spawn', spawnPayload(context))
      return { kind: 'parked', until: later(context.now, deps.timing.commandEvery), command }
    },
    undo: async (context) => {
      const { report, request } = context
      if (report?.outcome.kind === 'done') return done()
      if (report?.outcome.kind === 'failed') return { kind: 'retry', after: millis(0) }
      if (await hostIsDown(at, request.host)) {
        if (!wasOrdered(context)) return done('the host was never asked')
        return done('the host is down', (tx) => bury(tx, request.server, request.host, request.attempt))
      }
      const command = order(context, 'destroy', { nics: nicsOf(context) } satisfies DestroyPayload)
      return { kind: 'parked', until: later(context.now, deps.timing.commandEvery), command }
    },
  }
}

/** What its owner waits for. */
async function activate(
  tx: CellTx,
  { deps }: AtCell,
  request: BuildRequestOfAttempt,
  operation: OperationId,
): Promise<void> {
  const launchedAt = await tx.now()
  const active = { vmState: 'active', taskState: null, powerState: 'running', launchedAt } as const
  await moveOn(tx, request, 'spawning', active)
  const { server, blueprint, host } = request
  await finishAction(tx, operation, server, null)
  const { project, name } = blueprint
  await publish(tx, deps.ids, server, 'instance.create.end', { server, project, operation, name, host })
}

/** Whether the host may have heard of the server: it was tried a second time only if a command was on its way. */
function wasOrdered({ operation }: Context): boolean {
  return operation.journal.some(({ step, attempt, phase }) => {
    return step === 'spawn' && attempt > 1 && (phase === 'done' || phase === 'failed')
  })
}

/** A delete takes the task state away: then there is no sense in waiting for the host any longer. */
async function stillMine({ deps, cell }: AtCell, request: BuildRequestOfAttempt): Promise<boolean> {
  const row = await deps.cells.get(cell).read((tx) => instanceStanding(tx, request.server))
  return row !== null && row.task_state === 'spawning' && row.epoch === request.attempt
}

function order(context: Context, name: string, payload: SpawnOrderPayload | DestroyPayload): Command {
  const { server, host, node, attempt: epoch } = context.request
  return commandTo({ operation: context.operation.id, host, node, server, epoch, order: name, payload })
}

function nicsOf(context: Context): readonly Nic[] {
  return context.output<readonly Nic[]>('enter')
}

function spawnPayload(context: Context): SpawnOrderPayload {
  const { blueprint, createdAt } = context.request
  const { name, hostname, project, user, flavor, image, metadata, blockDevices, configDrive, keys } = blueprint
  const { userData, adminPassword, launchIndex, reservation, zone } = blueprint
  return {
    name,
    hostname,
    project,
    user,
    flavor,
    image,
    metadata,
    blockDevices,
    nics: nicsOf(context),
    volumes: [],
    configDrive,
    keys,
    userData,
    adminPassword,
    launchIndex,
    reservation,
    zone,
    createdAt,
  }
}
