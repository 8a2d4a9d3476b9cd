import type { Flavor, Image } from '@novakit/core'
import { guestDesignErrors } from './errors.ts'

/**
 * What flavor and image say, under one name each: `cpu_policy` is `hw:cpu_policy` of the flavor and `hw_cpu_policy` of
 * the image. Operators write the one, tenants the other, so a tenant never widens what an operator set.
 */
export interface Settings {
  /** The flavor's word, or else the image's. @throws `guest_design.contradiction` where both speak and differ */
  either(name: string): string | null
  /** The image's word first: for what does a tenant's own guest good or harm. */
  imageFirst(name: string): string | null
  flavor(spec: string): string | null
  image(property: string): string | null
}

export function settingsOf(flavor: Pick<Flavor, 'extraSpecs'>, image: Pick<Image, 'properties'> | null): Settings {
  const own = (values: Readonly<Record<string, string>> | undefined, key: string): string | null =>
    values !== undefined && Object.hasOwn(values, key) ? (values[key] ?? null) : null
  const ofFlavor = (spec: string) => own(flavor.extraSpecs, spec)
  const ofImage = (property: string) => own(image?.properties, property)
  return {
    either: (name) => {
      const [operator, tenant] = [ofFlavor(`hw:${name}`), ofImage(`hw_${name}`)]
      if (operator !== null && tenant !== null && operator.toLowerCase() !== tenant.toLowerCase())
        throw guestDesignErrors.contradiction({ setting: `hw:${name}` })
      return operator ?? tenant
    },
    imageFirst: (name) => ofImage(`hw_${name}`) ?? ofFlavor(`hw:${name}`),
    flavor: ofFlavor,
    image: ofImage,
  }
}

const YES = new Set(['true', '1', 'yes', 'on', 'y', 't'])
const NO = new Set(['false', '0', 'no', 'off', 'n', 'f'])

/** As oslo.utils reads booleans, strictly. @throws `guest_design.invalid` */
export function truthOf(setting: string, value: string | null): boolean | null {
  if (value === null) return null
  const word = value.trim().toLowerCase()
  if (YES.has(word)) return true
  if (NO.has(word)) return false
  throw guestDesignErrors.invalid({ setting, value, want: 'yes or no' })
}

/** A whole number within bounds. @throws `guest_design.invalid` */
export function numberOf(
  setting: string,
  value: string | null,
  low = 0,
  high = Number.MAX_SAFE_INTEGER,
): number | null {
  if (value === null) return null
  const number = /^-?\d{1,16}$/.test(value.trim()) ? Number(value) : Number.NaN
  if (number >= low && number <= high) return number
  const most = high === Number.MAX_SAFE_INTEGER ? '' : `, at most ${high}`
  throw guestDesignErrors.invalid({ setting, value, want: `a whole number, at least ${low}${most}` })
}

/** One of a few words. @throws `guest_design.invalid` */
export function wordOf<const W extends string>(setting: string, value: string | null, words: readonly W[]): W | null {
  if (value === null) return null
  const found = words.find((word) => word === value.trim().toLowerCase())
  if (found !== undefined) return found
  throw guestDesignErrors.invalid({ setting, value, want: `one of ${words.join(', ')}` })
}
