import path from 'node:path'
import type { Cloud, CloudParts, HostMemory, SecretBox, StorageDriver } from '@novakit/core'
import {
  composeCloud,
  defaultPolicy,
  defaultTiming,
  ephemeralSecretBox,
  fileHostMemory,
  freshRandom,
  inProcess,
  secretBoxFromFile,
  seededRandom,
  silentLog,
  sqlite,
  systemClock,
  systemIds,
  volatileHostMemory,
} from '@novakit/core'
import { filterScheduler } from '@novakit/scheduler'
import { noNetworks, staticImages } from '@novakit/local-services'
import { placementLedger } from '@novakit/placement'
import { parseOptions, type CloudOptions, type ParsedOptions } from './options.ts'
import { seedFlavors, seedImages } from './seed.ts'

/**
 * A cloud with every default in it. Opens its database and starts nothing: `start()` does.
 * @throws `cloud.invalid_options`, `storage.*`, `sealed.bad_key`
 */
export async function createCloud(options: CloudOptions = {}): Promise<Cloud> {
  const parsed = parseOptions(options)
  const cloud = await composeCloud(await partsOf(parsed))
  if (parsed.seed) await seedFlavors(cloud)
  return cloud
}

async function partsOf(options: ParsedOptions): Promise<CloudParts> {
  const clock = options.clock ?? systemClock
  const log = options.log ?? silentLog
  return {
    storage: storageOf(options),
    transport: options.transport ?? inProcess({ clock, log }),
    scheduler: options.scheduler ?? filterScheduler(),
    ledger: options.ledger ?? placementLedger(),
    images: options.images ?? staticImages(options.seed ? seedImages : []),
    networks: options.networks ?? noNetworks(),
    firstBoot: options.firstBoot ?? null,
    policy: options.policy ?? defaultPolicy(),
    secrets: options.secrets ?? (await secretsOf(options)),
    clock,
    random: options.randomSeed === undefined ? freshRandom() : seededRandom(options.randomSeed),
    ids: options.ids ?? systemIds,
    log,
    cells: options.cells ?? { cell1: { hosts: options.hosts ?? {} } },
    roles: options.roles,
    timing: { ...defaultTiming, ...(options.timing as Partial<CloudParts['timing']>) },
    maxAttempts: options.maxAttempts,
    mapHosts: options.mapHosts,
    memoryOf: (host) => memoryOf(options, host),
    ...(options.failPoint === undefined ? {} : { failPoint: options.failPoint }),
  }
}

const MEMORY = ':memory:'

function storageOf({ database }: ParsedOptions): StorageDriver {
  if (typeof database !== 'string') return database
  return sqlite(database === MEMORY ? MEMORY : { file: database })
}

/** A database in a file keeps sealed secrets, so its key is kept too. */
async function secretsOf({ database }: ParsedOptions): Promise<SecretBox> {
  return typeof database === 'string' && database !== MEMORY
    ? secretBoxFromFile(`${database}.key`)
    : ephemeralSecretBox()
}

async function memoryOf({ database, stateFolder }: ParsedOptions, host: string): Promise<HostMemory> {
  const beside = typeof database === 'string' && database !== MEMORY ? `${database}.hosts` : undefined
  const folder = stateFolder ?? beside
  return folder === undefined
    ? volatileHostMemory()
    : fileHostMemory(path.join(folder, `${encodeURIComponent(host)}.log`))
}
