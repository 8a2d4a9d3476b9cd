import type { CloudWorld, CloudWorldOptions, ConductorProcess, FakeImages, FakeNetworks, ImageCall } from '@novakit/sim'
import type { FakeVolumes } from '@novakit/sim'
import type { CallName, Fault } from '@novakit/driver-fake'
import type { Millis } from '@novakit/core'
import type { HostTrouble, SagaStage, StageProcess } from '@novakit/core/testing'
import { cloudPicture } from '@novakit/core/testing'
import { cutOff, deleteServers, imageCalls, emptiedDatabase, settle, startedWorld, worldInside } from '@novakit/sim'
import { fates, hostErrors } from '@novakit/core'

/** What one saga is about, in a cloud of three hosts. */
export interface Scenario {
  readonly world?: CloudWorldOptions
  /** Before anything is disturbed. */
  prepare?(world: CloudWorld): Promise<void>
  begin(world: CloudWorld): Promise<void>
  /** @throws unless it has come about */
  goal(world: CloudWorld): Promise<void>
  /** Calls of hypervisors and networks that go wrong; if not given, those of building and deleting. */
  readonly calls?: readonly (CallName | NetworkCall | ImageCall)[]
  /** Calls of the volume service that go wrong. */
  readonly volumeCalls?: readonly VolumeCall[]
}

/** A stage for step tests, with two conductors and everything else that a cloud has. */
export async function sagaStage(scenario: Scenario): Promise<SagaStage> {
  const world = await startedWorld({ storage: await emptiedDatabase(), ...scenario.world })
  await scenario.prepare?.(world)
  const { clock, networks, hypervisors, outages, hosts } = world
  return {
    intercept: (hook) =>
      world.intercept(
        hook === null
          ? null
          : (process, point, operation, key) => hook({ process: stageProcess(process), point, operation, key }),
      ),
    begin: () => scenario.begin(world),
    settle: () => settle(world),
    pass: (span) => clock.advance(span),
    expectGoal: () => scenario.goal(world),
    deleteServers: () => deleteServers(world),
    picture: () => cloudPicture(worldInside(world)),
    replay: () => world.bus.replay(),
    repeatMessages: (after) => world.bus.faults(() => fates.duplicate(after)),
    stopStore: (store, span) => {
      outages.add(store)
      clock.after(span, () => outages.delete(store))
    },
    troubleHosts: (trouble, span) => troubleHosts(world, trouble, span),
    dependencyFaults: {
      ...(scenario.calls === undefined ? buildFaults() : faultsOf(scenario.calls)),
      ...volumeFaults(world.volumes, scenario.volumeCalls ?? []),
    },
    close: () => world.close(),
  }

  function faultsOf(calls: readonly (CallName | NetworkCall | ImageCall)[]): SagaStage['dependencyFaults'] {
    return calls.reduce((all, call) => ({ ...all, ...faultsAt(call) }), {})
  }

  function faultsAt(call: CallName | NetworkCall | ImageCall): SagaStage['dependencyFaults'] {
    if (isNetworkCall(call)) return networkFaults(networks, [call])
    return isImageCall(call) ? imageFaults(world.images, call) : driverFaults(call)
  }

  function driverFaults(call: CallName): SagaStage['dependencyFaults'] {
    return {
      [`${call} fails before it has done anything`]: () => inject(call, { kind: 'error' }),
      [`${call} has its effect and fails`]: () => inject(call, { kind: 'error-after-effect' }),
      [`${call} has its effect late and fails`]: () => inject(call, { kind: 'late-effect', after: 700 }),
      [`${call} says that it is done and does nothing`]: () => inject(call, { kind: 'no-effect' }),
    }
  }

  function buildFaults(): SagaStage['dependencyFaults'] {
    return {
      'a spawn fails half-way': () => inject('spawn', { kind: 'error', at: 'start' }),
      'a spawn has its effect and fails': () => inject('spawn', { kind: 'error-after-effect' }),
      'a spawn says that it is done and does nothing': () => inject('spawn', { kind: 'no-effect' }),
      'a destroy fails half-way': () => inject('destroy', { kind: 'error', at: 'clean' }),
      'a destroy has its effect and fails': () => inject('destroy', { kind: 'error-after-effect' }),
      'a destroy has its effect late and fails': () => inject('destroy', { kind: 'late-effect', after: 700 }),
      'a destroy says that it is done and does nothing': () => inject('destroy', { kind: 'no-effect' }),
      ...networkFaults(networks, networkCalls),
    }
  }

  function inject(call: CallName, fault: Fault): void {
    hypervisors.inject({ call, fault })
  }

  async function troubleHosts(_: CloudWorld, trouble: HostTrouble, span: Millis): Promise<void> {
    if (trouble === 'cut off') {
      world.bus.faults(cutOff(hosts.map((host) => host.name)))
      clock.after(span, () => world.bus.faults(null))
      return
    }
    for (const host of hosts) {
      host.kill()
      clock.after(span, () => void host.start())
    }
  }
}

type VolumeCall = Parameters<FakeVolumes['inject']>[0]['call']

function volumeFaults(volumes: FakeVolumes, calls: readonly VolumeCall[]): SagaStage['dependencyFaults'] {
  const faults = calls.flatMap((call) => [
    [`the volume service fails to ${call}`, () => volumes.inject({ call, when: 'before' })] as const,
    [`the volume service fails after it did ${call}`, () => volumes.inject({ call, when: 'after_effect' })] as const,
  ])
  return Object.fromEntries(faults)
}

const networkCalls = ['allocate', 'release', 'list', 'plug', 'unplug'] as const
const attachingCalls = ['attach', 'giveUp', 'detach'] as const
type NetworkCall = (typeof networkCalls)[number] | (typeof attachingCalls)[number]

function isNetworkCall(call: string): call is NetworkCall {
  return [...networkCalls, ...attachingCalls].some((one) => one === call)
}

function isImageCall(call: string): call is ImageCall {
  return imageCalls.some((one) => one === call)
}

function imageFaults(images: FakeImages, call: ImageCall): SagaStage['dependencyFaults'] {
  const error = hostErrors.refused({}, { detail: 'the image service was told to break' })
  return {
    [`the image service is away at ${call}`]: () => images.inject({ call, when: 'before' }),
    [`the image service is away after it did ${call}`]: () => images.inject({ call, when: 'after_effect' }),
    [`the image service breaks at ${call}`]: () => images.inject({ call, when: 'before', error }),
    [`the image service breaks after it did ${call}`]: () => images.inject({ call, when: 'after_effect', error }),
  }
}

function networkFaults(networks: FakeNetworks, calls: readonly NetworkCall[]): SagaStage['dependencyFaults'] {
  const faults = calls.flatMap((call) => [
    [`the network fails to ${call}`, () => networks.inject({ call, when: 'before', ...away(call) })] as const,
    [
      `the network fails after it did ${call}`,
      () => networks.inject({ call, when: 'after_effect', ...away(call) }),
    ] as const,
  ])
  return Object.fromEntries(faults)
}

/** What attaches a port goes on when the network service is back; one that refuses it ends it at once. */
function away(call: NetworkCall): { readonly error?: Error } {
  return attachingCalls.some((one) => one === call) ? { error: hostErrors.unreachable({}) } : {}
}

function stageProcess({ life, storage, kill, name }: ConductorProcess): StageProcess {
  return {
    name,
    kill,
    pause: () => life.pause(),
    resume: () => life.resume(),
    breakWrite: (fault) => storage.once(fault),
  }
}
