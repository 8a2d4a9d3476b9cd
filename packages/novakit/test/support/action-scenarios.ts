import type { CloudWorld } from '@novakit/sim'
import type { Scenario } from './saga-stage.ts'
import type { SagaSuite } from '@novakit/core/testing'
import type { Millis, ServerStatus } from '@novakit/core'
import { id, millis, minutes, seconds } from '@novakit/core'
import { sagaTables } from '@novakit/core/testing'
import { expectStatuses } from './expect-statuses.ts'
import { onlyServer } from './quiet-world.ts'
import { sagaStage } from './saga-stage.ts'
import { imageCalls, settle } from '@novakit/sim'

type Act = (servers: CloudWorld['tenant']['servers'], server: string, world: CloudWorld) => Promise<unknown>

interface ActionScenario {
  /** What is done to an active server before, one after another. */
  readonly before?: readonly Act[]
  readonly act: Act
  readonly ends: ServerStatus
  /** Where it rests when the host could not do it. */
  readonly otherwise: ServerStatus | 'SHUTOFF or ACTIVE'
  /** What the host calls for it, and can get wrong. */
  readonly calls: NonNullable<Scenario['calls']>
  /** It is disturbed in every way; actions like it only in some. */
  readonly whole?: true
  readonly world?: Scenario['world']
  /** Passes before it is looked at what has come of it. */
  readonly patience?: Millis
  /** Case → why it cannot be. */
  readonly except?: SagaSuite['except']
}

/** What all actions have in common is tried on one of each kind. */
export const COMMON = ['stubbornError', 'unwindTwice', 'zombie', 'copies', 'commits', 'outages'] as const

const stop: Act = (servers, server) => servers.stop(server)
const pause: Act = (servers, server) => servers.pause(server)
const suspend: Act = (servers, server) => servers.suspend(server)
const shelve: Act = (servers, server) => servers.shelve(server)
const rescue: Act = (servers, server) => servers.rescue(server)

/** Where the disk cannot be written to a file, nothing is uploaded. */
const captureFails = Object.fromEntries(
  ['fails before it has done anything', 'has its effect and fails', 'has its effect late and fails'].map((what) => [
    `snapshot.capture ${what} on the way back and does no harm`,
    'it turns back before the step from which this case would',
  ]),
)

/** What goes wrong before the disk is looked at. */
const stopFails = Object.fromEntries(
  [
    'power.off fails before it has done anything',
    'power.off has its effect and fails',
    'power.off has its effect late and fails',
    'power.off says that it is done and does nothing',
    'the image service breaks at reserve',
    'the image service breaks after it did reserve',
  ].map((what) => [
    `${what} on the way back and does no harm`,
    'it turns back before the step from which this case would',
  ]),
)

/** What each action is tried on, by the saga that carries it out. */
const actionScenarios: Readonly<Record<string, ActionScenario>> = {
  'server.start': {
    before: [stop],
    act: (servers, server) => servers.start(server),
    ends: 'ACTIVE',
    otherwise: 'SHUTOFF',
    calls: ['power.on'],
  },
  'server.stop': { act: stop, ends: 'SHUTOFF', otherwise: 'ACTIVE', calls: ['power.off'] },
  'server.rebootSoft': {
    act: (servers, server) => servers.reboot(server),
    ends: 'ACTIVE',
    otherwise: 'ERROR',
    calls: ['reboot.soft', 'reboot.hard'],
  },
  'server.rebootHard': {
    before: [pause],
    act: (servers, server) => servers.reboot(server, { type: 'hard' }),
    ends: 'ACTIVE',
    otherwise: 'ERROR',
    calls: ['reboot.hard'],
  },
  'server.pause': { act: pause, ends: 'PAUSED', otherwise: 'ACTIVE', calls: ['pause.pause'], whole: true },
  'server.unpause': {
    before: [pause],
    act: (servers, server) => servers.unpause(server),
    ends: 'ACTIVE',
    otherwise: 'PAUSED',
    calls: ['pause.unpause'],
  },
  'server.suspend': { act: suspend, ends: 'SUSPENDED', otherwise: 'ACTIVE', calls: ['suspend.suspend'] },
  'server.resume': {
    before: [suspend],
    act: (servers, server) => servers.resume(server),
    ends: 'ACTIVE',
    otherwise: 'ERROR',
    calls: ['suspend.resume'],
  },
  'server.rescue': { act: rescue, ends: 'RESCUE', otherwise: 'ERROR', calls: ['rescue.rescue'] },
  'server.unrescue': {
    before: [rescue],
    act: (servers, server) => servers.unrescue(server),
    ends: 'ACTIVE',
    otherwise: 'ERROR',
    calls: ['rescue.unrescue'],
  },
  'server.rebuild': {
    before: [stop],
    act: (servers, server) => servers.rebuild(server),
    ends: 'SHUTOFF',
    otherwise: 'ERROR',
    calls: ['rebuild.rebuild'],
    whole: true,
  },
  'server.changePassword': {
    act: (servers, server) => servers.changePassword(server, 'canary'),
    ends: 'ACTIVE',
    otherwise: 'ACTIVE',
    calls: ['password.set'],
  },
  'server.createImage': {
    act: (servers, server) => servers.createImage(server, { name: 'image' }),
    ends: 'ACTIVE',
    otherwise: 'ACTIVE',
    calls: ['snapshot.capture', 'snapshot.discard', ...imageCalls],
    whole: true,
    except: captureFails,
  },
  'server.createBackup': {
    before: [pause, (servers, server) => servers.createBackup(server, { name: 'old', type: 'daily', rotation: 1 })],
    act: (servers, server) => servers.createBackup(server, { name: 'new', type: 'daily', rotation: 1 }),
    ends: 'PAUSED',
    otherwise: 'PAUSED',
    calls: ['snapshot.capture', 'snapshot.discard', ...imageCalls],
    except: captureFails,
  },
  'server.shelve': {
    act: shelve,
    ends: 'SHELVED',
    otherwise: 'SHUTOFF or ACTIVE',
    calls: ['power.off', 'snapshot.capture', 'snapshot.discard', ...imageCalls],
    whole: true,
    except: { ...captureFails, ...stopFails },
    world: { timing: { offloadAfter: millis(-1) } },
  },
  'server.shelveOffload': {
    before: [shelve],
    act: async (_servers, server, { admin }) => admin.servers.shelveOffload(server),
    ends: 'SHELVED_OFFLOADED',
    otherwise: 'SHELVED_OFFLOADED',
    calls: ['destroy'],
    world: { timing: { offloadAfter: millis(-1) } },
  },
  'server.unshelve': {
    before: [shelve],
    act: (servers, server) => servers.unshelve(server),
    ends: 'ACTIVE',
    otherwise: 'SHELVED_OFFLOADED',
    calls: ['spawn', 'destroy', 'plug', 'fetch', 'delete'],
    whole: true,
    // A guest that appears after its host has been told to end it is found by the host's next look around.
    patience: seconds(8),
  },
  'server.unshelveInPlace': {
    before: [shelve],
    act: (servers, server) => servers.unshelve(server),
    ends: 'ACTIVE',
    otherwise: 'SHELVED',
    calls: ['power.on', 'delete'],
    world: { timing: { offloadAfter: millis(-1) } },
  },
  'server.softDelete': {
    before: [pause],
    act: (servers, server) => servers.delete(server),
    ends: 'SOFT_DELETED',
    otherwise: 'SOFT_DELETED',
    calls: ['power.off'],
    whole: true,
    world: { timing: { reclaimAfter: minutes(60) } },
  },
  'server.restore': {
    before: [(servers, server) => servers.delete(server)],
    act: (servers, server) => servers.restore(server),
    ends: 'ACTIVE',
    otherwise: 'SOFT_DELETED',
    calls: ['power.on'],
    whole: true,
    world: { timing: { reclaimAfter: minutes(60) } },
  },
  'server.crashDump': {
    act: (servers, server) => servers.crashDump(server),
    ends: 'ACTIVE',
    otherwise: 'ACTIVE',
    calls: ['crashDump.trigger'],
  },
}

const evacuated: Scenario = {
  calls: ['plug'],
  prepare: async (world) => {
    await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
    await settle(world)
  },
  begin: async (world) => {
    const { id: server, placement } = await world.admin.servers.get((await onlyServer(world)).id)
    const host = world.hosts.find(({ name }) => name === placement?.host)
    if (host === undefined) throw new RangeError('the server is on no host')
    host.kill()
    world.hypervisors.cutPower(id(host.name))
    await world.admin.hosts.forceDown(host.name, true)
    world.clock.after(seconds(40), () => {
      world.hypervisors.restorePower(id(host.name))
      void world.admin.hosts.forceDown(host.name, false).then(() => host.start())
    })
    await world.admin.servers.evacuate(server)
  },
  goal: async (world) => {
    const server = await onlyServer(world)
    const last = (await world.tenant.servers.actions(server.id)).find(({ action }) => action === 'evacuate')
    await expectStatuses(world, [last?.result === 'success' ? 'SHUTOFF' : 'ERROR'])
  },
}

/** The step tests of what makes a server anew elsewhere. */
export function evacuationSuite(kind: 'server.evacuate' | 'migration.settle'): SagaSuite {
  const table = sagaTables().find((one) => one.kind === kind)
  if (table === undefined) throw new RangeError(`there is no saga ${kind}`)
  return { table, without: ['outages', 'stubbornError'], stage: () => sagaStage(evacuated) }
}

export const testedActions: readonly string[] = Object.keys(actionScenarios)

/** Those that are more than one order to a host. */
export const ofSeveralSteps: ReadonlySet<string> = new Set([
  'server.createImage',
  'server.createBackup',
  'server.shelve',
  'server.shelveOffload',
  'server.unshelve',
  'server.unshelveInPlace',
  'server.softDelete',
  'server.restore',
])
export const testedMoves = ['server.evacuate', 'migration.settle'] as const

function scenarioOf({ before = [], act, ends, otherwise, calls, patience, world: like }: ActionScenario): Scenario {
  return {
    ...(like === undefined ? {} : { world: like }),
    calls: [...calls, 'plug'],
    prepare: async (world) => {
      await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
      await settle(world)
      for (const one of before) {
        await one(world.tenant.servers, (await onlyServer(world)).id, world)
        await settle(world)
      }
    },
    begin: async (world) => void (await act(world.tenant.servers, (await onlyServer(world)).id, world)),
    goal: async (world) => {
      if (patience !== undefined) await world.clock.advance(patience)
      const [last, before] = await world.tenant.servers.actions((await onlyServer(world)).id)
      // What has failed and taken effect all the same is put right.
      if (last?.user === 'system') return expectStatuses(world, ['SHUTOFF'])
      if (last?.result === 'success') return expectStatuses(world, [ends])
      const { powerState, status } = await onlyServer(world)
      const rebooted = last?.action === 'reboot' && powerState === 'running' && before?.result === 'success'
      const asGuest = powerState === 'running' ? 'ACTIVE' : 'SHUTOFF'
      const rests = otherwise === 'SHUTOFF or ACTIVE' ? asGuest : otherwise
      await expectStatuses(world, [rebooted && status === 'ACTIVE' ? 'ACTIVE' : rests])
    },
  }
}

/** The step tests of one action's saga. */
export function actionSuite(kind: string): SagaSuite {
  const table = sagaTables().find((one) => one.kind === kind)
  const scenario = actionScenarios[kind]
  if (table === undefined || scenario === undefined) throw new RangeError(`there is no scenario for ${kind}`)
  const without = scenario.whole ? [] : COMMON
  const { except } = scenario
  return { table, without, ...(except === undefined ? {} : { except }), stage: () => sagaStage(scenarioOf(scenario)) }
}
