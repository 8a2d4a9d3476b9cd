import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Cloud, CloudParts, SecretBox, StorageDriver } from '@novakit/core'
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
  mysql,
  postgres,
  sqlite,
  systemClock,
  systemIds,
  volatileHostMemory,
} from '@novakit/core'
import { filterScheduler } from '@novakit/scheduler'
import { firstBoot } from '@novakit/metadata'
import { memoryImages, noNetworks, noVolumes } from '@novakit/local-services'
import { placementLedger } from '@novakit/placement'
import { parseOptions, type CloudOptions, type ParsedOptions } from './options.ts'
import { seedFlavors, seedImages } from './seed.ts'

/**
 * A cloud with every default in it. Opens its database and starts nothing: `start()` does.
 * @throws `cloud.invalid_options`, `storage.*`, `sealed.bad_key`
 */
export async function createCloud(options: CloudOptions = {}): Promise<Cloud> {
  const parsed = parseOptions(options)
  const cloud = await composeCloud(partsOf(parsed))
  if (parsed.seed) await seedFlavors(cloud).catch((error: unknown) => giveUp(cloud, error))
  return cloud
}

async function giveUp(cloud: Cloud, error: unknown): Promise<never> {
  await cloud.stop().catch(() => undefined)
  throw error
}

function partsOf(options: ParsedOptions): CloudParts {
  const clock = options.clock ?? systemClock
  const log = options.log ?? silentLog
  return {
    storage: storageOf(options),
    transport: options.transport ?? inProcess({ clock, log }),
    scheduler: options.scheduler ?? filterScheduler(),
    ledger: options.ledger ?? placementLedger(),
    images: options.images ?? memoryImages(options.seed ? seedImages : [], { clock }),
    networks: options.networks ?? noNetworks(),
    volumes: options.volumes ?? noVolumes(),
    firstBoot: options.firstBoot ?? firstBoot(),
    policy: options.policy ?? defaultPolicy(),
    secrets: options.secrets ?? (() => secretsOf(options)),
    clock,
    random: options.randomSeed === undefined ? freshRandom() : seededRandom(options.randomSeed),
    ids: options.ids ?? systemIds,
    log,
    cells: options.cells ?? { cell1: { hosts: options.hosts ?? {} } },
    roles: options.roles,
    timing: { ...defaultTiming, ...(options.timing as Partial<CloudParts['timing']>) },
    maxAttempts: options.maxAttempts,
    recovery: (options.recovery ?? null) as CloudParts['recovery'],
    allowResizeToSameHost: options.allowResizeToSameHost,
    mapHosts: options.mapHosts,
    memoryOf: memoryOf(options),
    ...(options.failPoint === undefined ? {} : { failPoint: options.failPoint }),
  }
}

const MEMORY = ':memory:'

/** Servers by the protocols of their URLs. */
const SERVERS: Readonly<Record<string, (options: { readonly url: string }) => StorageDriver>> = {
  'postgres:': postgres,
  'postgresql:': postgres,
  'mysql:': mysql,
  'mariadb:': mysql,
}

function protocolOf(database: string): string {
  return /^[a-z]+:(?=\/\/)/.exec(database)?.[0] ?? ''
}

function storageOf({ database }: ParsedOptions): StorageDriver {
  if (typeof database !== 'string') return database
  const server = SERVERS[protocolOf(database)]
  if (server !== undefined) return server({ url: database })
  return sqlite(database === MEMORY ? MEMORY : { file: database })
}

/** Null where the database is not a file of ours. */
function fileOf({ database }: ParsedOptions): string | null {
  const isFile = typeof database === 'string' && database !== MEMORY && SERVERS[protocolOf(database)] === undefined
  return isFile ? database : null
}

/** A database that outlives the process keeps sealed secrets, so their key is kept too. */
async function secretsOf(options: ParsedOptions): Promise<SecretBox> {
  const { database, stateFolder } = options
  const file = fileOf(options)
  if (file !== null) return secretBoxFromFile(`${file}.key`)
  if (database === MEMORY || stateFolder === undefined) return ephemeralSecretBox()
  await mkdir(stateFolder, { recursive: true, mode: 0o700 })
  return secretBoxFromFile(path.join(stateFolder, 'cloud.key'))
}

/** A file of ours holds that too; a database elsewhere may be away while an agent works. */
function memoryOf(options: ParsedOptions): CloudParts['memoryOf'] {
  const { stateFolder } = options
  if (stateFolder !== undefined) {
    return (host) => fileHostMemory(path.join(stateFolder, `${encodeURIComponent(host)}.log`))
  }
  return fileOf(options) === null ? async () => volatileHostMemory() : 'database'
}
