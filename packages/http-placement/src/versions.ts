import { microversion, type VersionRange } from '@novakit/http-kit'

export const MIN_VERSION = '1.0'
export const MAX_VERSION = '1.39'

export const versions: VersionRange = {
  service: 'placement',
  min: microversion(MIN_VERSION),
  max: microversion(MAX_VERSION),
}
