import { z } from 'zod'
import type {
  CloudTiming,
  Clock,
  FailPointHook,
  Fencing,
  FirstBoot,
  HypervisorDriver,
  Ids,
  ImageControl,
  ImageHost,
  Log,
  NetworkControl,
  NetworkHost,
  NovakitError,
  PlacementLedger,
  Policy,
  Role,
  Scheduler,
  SecretBox,
  StorageDriver,
  Transport,
  VolumeControl,
  VolumeHost,
} from '@novakit/core'
import { minutes, parse } from '@novakit/core'
import { cells, database, hosts, port, timing } from './shapes.ts'
import { cloudErrors } from './errors.ts'

export type Hosts = Readonly<Record<string, HypervisorDriver>>

/** How the servers of a dead host come back elsewhere without an operator: it is fenced, and they are evacuated. */
export interface RecoveryOptions {
  readonly fencing: Fencing
  /** Milliseconds for which a host must not have been heard of. Default five minutes. */
  readonly after?: number
  /** None is fenced where more than this share of a cell's hosts, and more than one, is silent at once. Default a third. */
  readonly share?: number
}

/** Everything has a default but the hosts; a cloud without hosts accepts servers and finds no place for them. */
export interface CloudOptions {
  /**
   * A SQLite file, `:memory:` (default: everything is forgotten), the URL of a PostgreSQL, MariaDB or MySQL database, or
   * any storage driver.
   */
  readonly database?: string | StorageDriver
  /** Hosts whose agents run in this process, in a cell named `cell1`. */
  readonly hosts?: Hosts
  /** The same for clouds of several cells. Not together with `hosts`. */
  readonly cells?: Readonly<Record<string, { readonly hosts?: Hosts }>>
  /** On an empty database: Nova's classic flavors, and a fake image `cirros` where no image service is given. Default true. */
  readonly seed?: boolean
  /** Default: messages inside this process. */
  readonly transport?: Transport
  /** Default: Nova's filters and weighers. */
  readonly scheduler?: Scheduler
  /** Default: the embedded ledger. */
  readonly ledger?: PlacementLedger
  readonly images?: ImageControl & ImageHost
  readonly networks?: NetworkControl & NetworkHost
  readonly volumes?: VolumeControl & VolumeHost
  /** Default: config drives as Nova makes them, for servers that ask for one. */
  readonly firstBoot?: FirstBoot
  /** Default: Nova's roles; what has no rule is denied. */
  readonly policy?: Policy
  /** Default: a key file of mode 0600 beside the database or, for storage drivers, in `stateFolder`; else it is forgotten. */
  readonly secrets?: SecretBox
  readonly clock?: Clock
  readonly ids?: Ids
  /** Default: silent. */
  readonly log?: Log
  /** Repeats what was drawn at random. Default: a fresh one. */
  readonly randomSeed?: string
  /** What this process does besides running agents. Default both. */
  readonly roles?: readonly Role[]
  readonly timing?: Partial<CloudTiming>
  /** Places tried for one server. Default 3, as Nova. */
  readonly maxAttempts?: number
  /** Default: servers of dead hosts wait for an operator. */
  readonly recovery?: RecoveryOptions
  /** Whether a resize may stay on its host. Default false, as Nova. */
  readonly allowResizeToSameHost?: boolean
  /** Default true; otherwise new hosts wait for `cells.discoverHosts`. */
  readonly mapHosts?: boolean
  /**
   * A folder for what agents must remember. Default: beside the database file; nowhere for `:memory:` and for storage
   * drivers. Give it with a storage driver whose database outlives the process.
   */
  readonly stateFolder?: string
  /** For tests of what a crash or an error leaves behind: called before, in and after each step of a saga. */
  readonly failPoint?: FailPointHook
}

const recovery = z.strictObject({
  fencing: port<Fencing>('fence'),
  after: z.number().positive().default(minutes(5)),
  share: z
    .number()
    .min(0)
    .max(1)
    .default(1 / 3),
})

const shape = z
  .strictObject({
    database: database.default(':memory:'),
    hosts: hosts.optional(),
    cells: cells.optional(),
    seed: z.boolean().default(true),
    transport: port<Transport>('listen', 'request', 'close').optional(),
    scheduler: port<Scheduler>('translate', 'decide', 'explain').optional(),
    ledger: port<PlacementLedger>('declareTree', 'claim', 'release', 'providers', 'changes').optional(),
    images: port<ImageControl & ImageHost>('find', 'get', 'list', 'fetch').optional(),
    networks: port<NetworkControl & NetworkHost>('validate', 'allocate', 'release', 'plug', 'unplug').optional(),
    volumes: port<VolumeControl & VolumeHost>('get', 'reserve', 'giveUp', 'connect', 'attach', 'detach').optional(),
    firstBoot: port<FirstBoot>('configDrive').optional(),
    policy: port<Policy>('allows').optional(),
    secrets: port<SecretBox>('seal', 'open', 'randomBytes').optional(),
    clock: port<Clock>('now', 'sleep', 'after').optional(),
    ids: port<Ids>('uuid').optional(),
    log: port<Log>('debug', 'info', 'warn', 'error', 'with').optional(),
    randomSeed: z.string().min(1).optional(),
    roles: z.array(z.enum(['api', 'conductor'])).default(['api', 'conductor']),
    timing: timing.default({}),
    maxAttempts: z.int().min(1).max(100).default(3),
    recovery: recovery.optional(),
    allowResizeToSameHost: z.boolean().default(false),
    mapHosts: z.boolean().default(true),
    stateFolder: z.string().min(1).optional(),
    failPoint: z.custom<FailPointHook>((value) => typeof value === 'function', 'must be a function').optional(),
  })
  .refine((given) => given.hosts === undefined || given.cells === undefined, {
    error: 'gives hosts and cells: put the hosts into the cells',
  })

export type ParsedOptions = z.output<typeof shape>

/** @throws `cloud.invalid_options`, which names the option */
export function parseOptions(options: CloudOptions): ParsedOptions {
  return parse(shape, options, (what): NovakitError => cloudErrors.invalid_options({ what }))
}
