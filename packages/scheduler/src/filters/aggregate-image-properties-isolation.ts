import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

export interface AggregateImagePropertiesIsolationOptions {
  /** Only keys that begin with this and the separator count. Default: all keys do. */
  readonly namespace?: string
  readonly separator?: string
}

const mismatch = no({
  code: 'aggregate.image_property',
  message: 'The host is set aside for images with other properties.',
})

/**
 * A property of the image that the host's aggregates have as a key must have one of the values they give it. Properties
 * that the image lacks do not matter. Source: nova/scheduler/filters/aggregate_image_properties_isolation.py.
 */
export function aggregateImagePropertiesIsolation(options: AggregateImagePropertiesIsolationOptions = {}): Filter {
  const { namespace = '', separator = '.' } = options
  const prefix = namespace === '' ? '' : namespace + separator
  return {
    name: 'AggregateImagePropertiesIsolation',
    oncePerRequest: true,
    runsOnRebuild: true,
    reads: ({ image }) => image?.properties,
    ignoresUsage: true,
    applies: (request) => Object.keys(request.image?.properties ?? {}).length > 0,
    check: (host, request, { aggregates }) => {
      const properties = request.image?.properties ?? {}
      for (const [key, values] of aggregates.metadata(host)) {
        if (!key.startsWith(prefix) || !Object.hasOwn(properties, key)) continue
        const property = properties[key] ?? ''
        if (property !== '' && !values.has(property)) return mismatch
      }
      return yes
    },
  }
}
