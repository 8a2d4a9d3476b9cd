import path from 'node:path'
import { z } from 'zod'
import type {
  Agent,
  CloudTiming,
  HypervisorDriver,
  ImageHost,
  Log,
  NetworkHost,
  SecretBox,
  Transport,
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
import { noNetworks, staticImages } from '@novakit/local-services'
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
  /** The key file of the cloud, where servers carry sealed secrets. */
  readonly keyFile?: string
  readonly secrets?: SecretBox
  readonly log?: Log
  readonly timing?: Partial<CloudTiming>
}

const shape = z.looseObject({
  host: z.string().min(1).max(255),
  cell: z.string().min(1).max(255).default('cell1'),
  stateFolder: z.string().min(1),
})

/** @throws `cloud.invalid_options`, `sealed.bad_key` */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  const { host, cell, stateFolder } = parse(shape, options, (what) => cloudErrors.invalid_options({ what }))
  const { driver, transport, keyFile, log = silentLog } = options
  const secrets = options.secrets ?? (keyFile === undefined ? ephemeralSecretBox() : await secretBoxFromFile(keyFile))
  return agentFor(
    {
      transport,
      images: options.images ?? staticImages(seedImages),
      networks: options.networks ?? noNetworks(),
      firstBoot: null,
      secrets,
      clock: systemClock,
      random: freshRandom(),
      ids: systemIds,
      log,
      timing: { ...defaultTiming, ...options.timing },
      memoryOf: (name) => fileHostMemory(path.join(stateFolder, `${encodeURIComponent(name)}.log`)),
    },
    cell,
    host,
    driver,
  )
}
