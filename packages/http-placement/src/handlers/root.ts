import type { Handler } from '../call.ts'
import { MAX_VERSION, MIN_VERSION } from '../versions.ts'

const body = {
  versions: [
    {
      id: `v${MIN_VERSION}`,
      max_version: MAX_VERSION,
      min_version: MIN_VERSION,
      status: 'CURRENT',
      links: [{ rel: 'self', href: '' }],
    },
  ],
}

export const showVersions: Handler = async () => ({ status: 200, body, modified: null })
