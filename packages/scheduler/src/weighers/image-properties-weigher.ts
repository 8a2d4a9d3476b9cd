import type { Weigher } from '../decide/weigher.ts'

export interface ImagePropertiesWeigherOptions {
  /** Property → what one server that shares it counts. Default: every property counts 1. */
  readonly weights?: Readonly<Record<string, number>>
}

/**
 * How many servers of the host share properties of the image, property by property. Off unless given a multiplier.
 * Source: nova/scheduler/weights/image_props.py.
 */
export function imagePropertiesWeigher({ weights = {} }: ImagePropertiesWeigherOptions = {}): Weigher {
  const countsAll = Object.keys(weights).length === 0
  const worth = (property: string): number =>
    countsAll ? 1 : Object.hasOwn(weights, property) ? (weights[property] ?? 0) : 0
  return {
    name: 'ImagePropertiesWeigher',
    multiplier: 0,
    option: 'image_props_weight_multiplier',
    readsHostOnly: true,
    reads: ({ image }) => image?.properties,
    ignoresUsage: true,
    scale: [0, 10],
    score: (host, { image }) => {
      let score = 0
      for (const [property, value] of Object.entries(image?.properties ?? {})) {
        for (const { imageProperties } of host.servers.values()) {
          if (Object.hasOwn(imageProperties, property) && imageProperties[property] === value) score += worth(property)
        }
      }
      return score
    },
  }
}
