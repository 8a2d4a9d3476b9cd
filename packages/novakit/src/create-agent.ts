import path from 'node:path'
import { z } from 'zod'
import type {
  Agent,
  CloudTiming,
  FirstBoot,
  HypervisorDriver,
  ImageHost,
  Log,
  NetworkHost,
  SecretBox,
  Transport,
  VolumeHost,
} from '@novakit/core'
import {
  agentFor,
  defaultTiming,
  ephemeralSecretBox,
  fileHostMemory,
  freshRandom,
  parse,
  secretBoxFromFile,
  silentLog,
  systemClock,
  systemIds,
} from '@novakit/core'
import { cloudErrors } from './errors.ts'
import { cellName, driver, hostName, port, timing } from './shapes.ts'
import { firstBoot } from '@novakit/metadata'
import { noNetworks, noVolumes, staticImages } from '@novakit/local-services'
import { seedImages } from './seed.ts'

/** An agent in a process of its own. */
export interface AgentOptions {
  readonly host: string
  /** Default `cell1`. */
  readonly cell?: string
  readonly driver: HypervisorDriver
  /** The one that reaches the conductors. */
  readonly transport: Transport
  /** Where it keeps what it must remember across restarts. */
  readonly stateFolder: string
  readonly images?: ImageHost
  readonly networks?: NetworkHost
  readonly volumes?: VolumeHost
  /** Default: config drives as Nova makes them. */
  readonly firstBoot?: FirstBoot
  /** The key file of the cloud, where servers carry sealed secrets. */
  readonly keyFile?: string
  readonly secrets?: SecretBox
  readonly log?: Log
  readonly timing?: Partial<CloudTiming>
}

const shape = z.strictObject({
  host: hostName,
  cell: cellName.default('cell1'),
  driver,
  transport: port<Transport>('listen', 'request', 'close'),
  stateFolder: z.string().min(1),
  images: port<ImageHost>('fetch').optional(),
  networks: port<NetworkHost>('plug', 'unplug').optional(),
  volumes: port<VolumeHost>('connector', 'attach', 'detach').optional(),
  firstBoot: port<FirstBoot>('configDrive').optional(),
  keyFile: z.string().min(1).optional(),
  secrets: port<SecretBox>('seal', 'open', 'randomBytes').optional(),
  log: port<Log>('debug', 'info', 'warn', 'error', 'with').default(silentLog),
  timing: timing.default({}),
})

/** @throws `cloud.invalid_options`, `sealed.bad_key` */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  const given = parse(shape, options, (what) => cloudErrors.invalid_options({ what }))
  const { transport, keyFile, stateFolder } = given
  const secrets = given.secrets ?? (keyFile === undefined ? ephemeralSecretBox() : await secretBoxFromFile(keyFile))
  return agentFor(
    {
      transport,
      images: given.images ?? staticImages(seedImages),
      networks: given.networks ?? noNetworks(),
      volumes: given.volumes ?? noVolumes(),
      firstBoot: given.firstBoot ?? firstBoot(),
      secrets,
      clock: systemClock,
      random: freshRandom(),
      ids: systemIds,
      log: given.log,
      timing: { ...defaultTiming, ...(given.timing as Partial<CloudTiming>) },
      memoryOf: (name) => fileHostMemory(path.join(stateFolder, `${encodeURIComponent(name)}.log`)),
    },
    given.cell,
    given.host,
    given.driver,
  )
}
