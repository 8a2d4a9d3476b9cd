import type { Flavor, Image } from '@novakit/core'
import { schedulerErrors } from '../../errors.ts'

/** The two who may say what hardware a guest sees: its flavor, which operators write, and its image, which tenants do. */
export interface Guest {
  readonly flavor: Pick<Flavor, 'vcpus' | 'memory' | 'extraSpecs'>
  readonly image: Pick<Image, 'properties'> | null
}

/** What both say under one key: `hw:cpu_policy` in the flavor, `hw_cpu_policy` in the image. */
export interface Said {
  readonly flavor: string | undefined
  readonly image: string | undefined
}

export function saidOf({ flavor, image }: Guest, key: string, prefix: 'hw' | 'os' = 'hw'): Said {
  return { flavor: own(flavor.extraSpecs, `${prefix}:${key}`), image: imageSays({ image }, `${prefix}_${key}`) }
}

export function flavorSays({ flavor }: Pick<Guest, 'flavor'>, key: string): string | undefined {
  return own(flavor.extraSpecs, key)
}

export function imageSays({ image }: Pick<Guest, 'image'>, key: string): string | undefined {
  return own(image?.properties ?? {}, key)
}

/** What they agree on: one of them may be silent. @throws `scheduler.invalid_request` where they differ */
export function agreed(guest: Guest, key: string, prefix: 'hw' | 'os' = 'hw'): string | undefined {
  const { flavor, image } = saidOf(guest, key, prefix)
  if (flavor && image && flavor !== image) differ(`${prefix}:${key}`, flavor, image)
  return flavor || image || undefined
}

/** The same for what is on or off. @throws `scheduler.invalid_request` where they differ */
export function agreedFlag(guest: Guest, key: string): boolean | undefined {
  const { flavor, image } = saidOf(guest, key)
  const [left, right] = [flagOf(flavor), flagOf(image)]
  if (flavor !== undefined && image !== undefined && left !== right) differ(`hw:${key}`, flavor, image)
  return left ?? right
}

/** Text as oslo.utils reads a flag: what is none of the words for yes is no. */
export function flagOf(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : /^(1|t|true|on|y|yes)$/i.test(text.trim())
}

/** @throws `scheduler.invalid_request` unless it is one of them */
export function oneOf<Value extends string>(what: string, value: string, known: readonly Value[]): Value {
  const found = known.find((each) => each === value)
  return found ?? refuse(`${what} is ${quoted(value)}, and may be ${known.join(', ')}`)
}

/** @throws `scheduler.invalid_request` */
export function refuse(what: string): never {
  throw schedulerErrors.invalid_request({ what })
}

export const quoted = (text: string): string => JSON.stringify(text.slice(0, 60))

function differ(key: string, flavor: string, image: string): never {
  return refuse(`the flavor says ${key} = ${quoted(flavor)} and the image ${quoted(image)}; let one of them be silent`)
}

/** Keys are users' words: what every object inherits is none of them. */
function own(of: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined
}
