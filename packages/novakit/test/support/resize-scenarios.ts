import type { CallName } from '@novakit/driver-fake'
import type { CloudWorld } from '@novakit/sim'
import type { Scenario } from './saga-stage.ts'
import type { SagaMode, SagaSuite } from '@novakit/core/testing'
import type { ServerStatus } from '@novakit/core'
import { expectStatuses } from './expect-statuses.ts'
import { onlyServer } from './quiet-world.ts'
import { sagaStage } from './saga-stage.ts'
import { sagaTables } from '@novakit/core/testing'
import { settle } from '@novakit/sim'

type Act = (world: CloudWorld, server: string) => Promise<unknown>

interface ResizeScenario {
  readonly kind: 'server.resize' | 'server.confirmResize' | 'server.revertResize'
  /** What is done to an active server before, one after another. */
  readonly before?: readonly Act[]
  readonly act: Act
  readonly ends: ServerStatus
  /** Where it rests when it could not be done. */
  readonly otherwise: ServerStatus
  /** What the hosts call for it, and can get wrong. */
  readonly calls: readonly CallName[]
  /** There is one host only, so that it stays there: it is disturbed only in some ways. */
  readonly stays?: true
}

const migrate: Act = ({ admin }, server) => admin.servers.migrate(server)
const grow: Act = ({ tenant }, server) => tenant.servers.resize(server, 'm1.small')
const confirm: Act = ({ tenant }, server) => tenant.servers.confirmResize(server)
const revert: Act = ({ tenant }, server) => tenant.servers.revertResize(server)

const there: readonly CallName[] = ['resize.check', 'resize.leave', 'resize.arrive']
const back: readonly CallName[] = ['resize.abandon', 'resize.revert']

const resizeScenarios = {
  'a server that moves to another host': {
    kind: 'server.resize',
    act: migrate,
    ends: 'VERIFY_RESIZE',
    otherwise: 'ACTIVE',
    calls: [...there, ...back],
  },
  'a server that has moved and stays there': {
    kind: 'server.confirmResize',
    before: [migrate],
    act: confirm,
    ends: 'ACTIVE',
    otherwise: 'VERIFY_RESIZE',
    calls: ['destroy'],
  },
  'a server that has moved and goes back': {
    kind: 'server.revertResize',
    before: [migrate],
    act: revert,
    ends: 'ACTIVE',
    otherwise: 'VERIFY_RESIZE',
    calls: back,
  },
  'a server that grows on its host': {
    kind: 'server.resize',
    act: grow,
    ends: 'VERIFY_RESIZE',
    otherwise: 'ACTIVE',
    calls: [...there, ...back],
    stays: true,
  },
  'a server that has grown on its host': {
    kind: 'server.confirmResize',
    before: [grow],
    act: confirm,
    ends: 'ACTIVE',
    otherwise: 'VERIFY_RESIZE',
    calls: ['resize.confirm'],
    stays: true,
  },
  'a server that has grown on its host and shall not': {
    kind: 'server.revertResize',
    before: [grow],
    act: revert,
    ends: 'ACTIVE',
    otherwise: 'VERIFY_RESIZE',
    calls: back,
    stays: true,
  },
} as const satisfies Readonly<Record<string, ResizeScenario>>

export type TestedResize = keyof typeof resizeScenarios
export const testedResizes = Object.keys(resizeScenarios) as readonly TestedResize[]
export const testedResizeSagas: readonly string[] = [...new Set(Object.values(resizeScenarios).map(({ kind }) => kind))]

/** What both have in common is tried on those that move to another host. */
const COMMON: readonly SagaMode[] = ['repeat', 'stubbornError', 'unwindTwice', 'zombie', 'copies', 'commits']

function scenarioOf({ before = [], act, ends, otherwise, calls, stays }: ResizeScenario): Scenario {
  return {
    ...(stays ? { world: { hosts: { h1: 'west' } } } : {}),
    calls: [...calls, 'plug', 'unplug'],
    prepare: async (world) => {
      await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
      await settle(world)
      for (const one of before) {
        await one(world, (await onlyServer(world)).id)
        await settle(world)
      }
    },
    begin: async (world) => void (await act(world, (await onlyServer(world)).id)),
    goal: async (world) => {
      const [last] = await world.tenant.servers.actions((await onlyServer(world)).id)
      await expectStatuses(world, [last?.result === 'success' ? ends : otherwise])
    },
  }
}

const starts = 'a hypervisor that starts a guest by itself after it has removed it cannot be guarded against'
/** Why a case cannot be passed. */
const unguarded = { 'resize.arrive has its effect late and fails and does no harm': starts }

/** The step tests of what moves a server with its disks. */
export function resizeSuite(name: TestedResize): SagaSuite {
  const scenario: ResizeScenario = resizeScenarios[name]
  const table = sagaTables().find(({ kind }) => kind === scenario.kind)
  if (table === undefined) throw new RangeError(`there is no saga ${scenario.kind}`)
  const without = scenario.stays ? COMMON : []
  return {
    table,
    without,
    except: scenario.kind === 'server.resize' ? unguarded : {},
    stage: () => sagaStage(scenarioOf(scenario)),
  }
}
