import { z } from 'zod'
import type { CloudTiming, HypervisorDriver, StorageDriver } from '@novakit/core'
import { defaultTiming } from '@novakit/core'

const hasAll = (value: unknown, methods: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function')

/** A part that somebody brings: an object that can at least what its port is about. */
export function port<T>(...methods: readonly string[]) {
  return z.custom<T>((value) => hasAll(value, methods), `must have ${methods.join(', ')}`)
}

export const driver = z.custom<HypervisorDriver>(
  (value) => hasAll(value, ['open']) && (value as HypervisorDriver).apiVersion === 1,
  'must be a hypervisor driver of apiVersion 1, such as fakeDriver({...})',
)

export const database = z.custom<string | StorageDriver>(
  (value) => (typeof value === 'string' ? value !== '' : hasAll(value, ['open'])),
  'must be the name of a file, ":memory:", or a storage driver such as sqlite({...})',
)

const HOST_NAME = /^[^\s/]{1,255}$/u
const HOST_NAME_RULE = 'must be a host name of 1 to 255 characters without spaces and slashes'

export const hostName = z.string().regex(HOST_NAME, HOST_NAME_RULE)

export const hosts = z.record(z.string(), driver).superRefine((given, { addIssue }) => {
  const wrong = Object.keys(given).find((name) => !HOST_NAME.test(name))
  if (wrong !== undefined) addIssue({ code: 'custom', path: [wrong], message: HOST_NAME_RULE })
})

const CELL_NAME = /^(?=\S)[^\p{Cc}\p{Zl}\p{Zp}]{1,255}(?<=\S)$/u
const CELL_NAME_RULE =
  'must be a name of 1 to 255 characters, none of them a control character, and no space at its ends'

export const cellName = z.string().regex(CELL_NAME, CELL_NAME_RULE)

const cell = z.strictObject({ hosts: hosts.default({}) })

export const cells = z.record(z.string(), cell).superRefine((given, { addIssue }) => {
  const wrong = Object.keys(given).find((name) => !CELL_NAME.test(name))
  if (wrong !== undefined) addIssue({ code: 'custom', path: [wrong], message: CELL_NAME_RULE })
  if (Object.keys(given['cell0']?.hosts ?? {}).length > 0) {
    addIssue({ code: 'custom', path: ['cell0'], message: 'is for servers that found no place, and has no hosts' })
  }
  const twice = firstTwice(Object.values(given).flatMap((one) => Object.keys(one.hosts)))
  if (twice !== undefined) addIssue({ code: 'custom', path: [], message: `have the host ${twice} in two cells` })
})

function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, at) => names.indexOf(name) !== at)
}

const span = z
  .number()
  .positive()
  .max(86_400_000 * 366)

const ofItsOwn: Readonly<Partial<Record<keyof CloudTiming, z.ZodType<number>>>> = {
  reclaimAfter: span.or(z.literal(0)),
  resizeConfirmWithin: span.or(z.literal(0)),
  offloadAfter: span.or(z.literal([0, -1])),
}

export const timing = z.strictObject(
  Object.fromEntries(
    Object.keys(defaultTiming).map((key) => [key, (ofItsOwn[key as keyof CloudTiming] ?? span).optional()]),
  ) as Record<keyof CloudTiming, z.ZodOptional<typeof span>>,
)
