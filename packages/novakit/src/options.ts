import { z } from 'zod'
import type {
  CloudTiming,
  Clock,
  FailPointHook,
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
} from '@novakit/core'
import { defaultTiming, parse } from '@novakit/core'
import { cloudErrors } from './errors.ts'

export type Hosts = Readonly<Record<string, HypervisorDriver>>

/** Everything has a default but the hosts; a cloud without hosts accepts servers and finds no place for them. */
export interface CloudOptions {
  /** A SQLite file, `:memory:` (default: everything is forgotten), or any storage driver. */
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
  /** Default none: no config drives yet. */
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

const object = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null, 'must be an object')
const driver = z.custom<HypervisorDriver>(
  (value) =>
    typeof (value as HypervisorDriver | null)?.open === 'function' && (value as HypervisorDriver).apiVersion === 1,
  'must be a hypervisor driver of apiVersion 1, such as fakeDriver({...})',
)
const hostName = z.string().regex(/^[^\s/]{1,255}$/u, 'must be a host name without spaces and slashes')
const hosts = z.record(hostName, driver)
const span = z
  .number()
  .positive()
  .max(86_400_000 * 366)
const timing = z.strictObject(
  Object.fromEntries(Object.keys(defaultTiming).map((key) => [key, span.optional()])) as Record<
    keyof CloudTiming,
    z.ZodOptional<typeof span>
  >,
)

const shape = z
  .strictObject({
    database: z.union([z.string().min(1), object<StorageDriver>()]).default(':memory:'),
    hosts: hosts.optional(),
    cells: z.record(z.string().min(1).max(255), z.strictObject({ hosts: hosts.default({}) })).optional(),
    seed: z.boolean().default(true),
    transport: object<Transport>().optional(),
    scheduler: object<Scheduler>().optional(),
    ledger: object<PlacementLedger>().optional(),
    images: object<ImageControl & ImageHost>().optional(),
    networks: object<NetworkControl & NetworkHost>().optional(),
    firstBoot: object<FirstBoot>().optional(),
    policy: object<Policy>().optional(),
    secrets: object<SecretBox>().optional(),
    clock: object<Clock>().optional(),
    ids: object<Ids>().optional(),
    log: object<Log>().optional(),
    randomSeed: z.string().min(1).optional(),
    roles: z.array(z.enum(['api', 'conductor'])).default(['api', 'conductor']),
    timing: timing.default({}),
    maxAttempts: z.number().int().min(1).max(100).default(3),
    mapHosts: z.boolean().default(true),
    stateFolder: z.string().min(1).optional(),
    failPoint: z.custom<FailPointHook>((value) => typeof value === 'function', 'must be a function').optional(),
  })
  .refine(
    ({ hosts, cells }) => hosts === undefined || cells === undefined,
    'gives hosts and cells: put the hosts into the cells',
  )

export type ParsedOptions = z.output<typeof shape>

/** @throws `cloud.invalid_options`, which names the option */
export function parseOptions(options: CloudOptions): ParsedOptions {
  return parse(shape, options, (what): NovakitError => cloudErrors.invalid_options({ what }))
}
